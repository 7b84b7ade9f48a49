# Seals, memfd and huge pages, further.

@ SEA-20 flags and names
memfd_create("", 0)                         = OK
memfd_create("a", 0x40)                     = -1 EINVAL
memfd_create("a", -1)                       = -1 EINVAL
memfd_create("a", MFD_CLOEXEC|MFD_ALLOW_SEALING) = OK
x = memfd_create("a", MFD_NOEXEC_SEAL)
fcntl(x, F_GET_SEALS)                       = 32
y = memfd_create("a", MFD_EXEC)
fcntl(y, F_GET_SEALS)                       = 1
z = memfd_create("a", MFD_EXEC|MFD_ALLOW_SEALING)
fcntl(z, F_GET_SEALS)                       = 0
memfd_create("a", MFD_EXEC|MFD_NOEXEC_SEAL) = -1 EINVAL
n = memfd_create("a", 0)
fcntl(n, F_GET_SEALS)                       = 1
fcntl(n, F_ADD_SEALS, F_SEAL_WRITE)         = -1 EPERM
fstat_size(n)                               = 0

@ SEA-22 adding
fd = memfd(PAGE, MFD_ALLOW_SEALING)
fcntl(fd, F_GET_SEALS)                      = 0
fcntl(fd, F_ADD_SEALS, 0)                   = 0
fcntl(fd, F_ADD_SEALS, 0x40)                = -1 EINVAL
fcntl(fd, F_ADD_SEALS, F_SEAL_GROW|0x80)    = -1 EINVAL
fcntl(fd, F_GET_SEALS)                      = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_GROW)         = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_GROW)         = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL)         = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)       = -1 EPERM
fcntl(fd, F_ADD_SEALS, 0)                   = -1 EPERM
fcntl(fd, F_GET_SEALS)                      = 5
fcntl(99, F_GET_SEALS)                      = -1 EBADF
t = tmpfile(PAGE)
fcntl(t, F_GET_SEALS)                       = -1 EINVAL
fcntl(t, F_ADD_SEALS, F_SEAL_GROW)          = -1 EINVAL
r = tmpfile(PAGE, O_RDONLY)
fcntl(r, F_ADD_SEALS, F_SEAL_GROW)          = -1 EPERM

@ SEA-24 growing and shrinking
A = 0x100000000000
fd = memfd(2*PAGE, MFD_ALLOW_SEALING)
fcntl(fd, F_ADD_SEALS, F_SEAL_GROW)         = 0
pwrite64(fd, "x", 1, 2*PAGE)                = -1 EPERM
pwrite64(fd, "x", 1, 2*PAGE-1)              = 1
pwrite64(fd, "xy", 2, 2*PAGE-1)             = 1
ftruncate(fd, 3*PAGE)                       = -1 EPERM
ftruncate(fd, 2*PAGE)                       = 0
fallocate(fd, 0, 0, 3*PAGE)                 = -1 EPERM
fallocate(fd, 0, 0, 2*PAGE)                 = 0
fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 3*PAGE) = -1 EPERM
ftruncate(fd, PAGE)                         = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)       = 0
ftruncate(fd, 0)                            = -1 EPERM
fallocate(fd, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0, PAGE) = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
madvise(A, PAGE, MADV_REMOVE)               = 0

@ SEA-26 writing
A = 0x100000000000
fd = memfd(2*PAGE, MFD_ALLOW_SEALING)
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = A
fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
munmap(A, PAGE)                             = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)        = 0
pwrite64(fd, "x", 1, 0)                     = -1 EPERM
write(fd, A, 1)                             = -1 EPERM
fallocate(fd, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0, PAGE) = -1 EPERM
fallocate(fd, 0, 0, PAGE)                   = 0
fallocate(fd, 0, 0, 4*PAGE)                 = 0
ftruncate(fd, PAGE)                         = 0
ftruncate(fd, 4*PAGE)                       = 0
store(A, 1, 5)                              = 0
byte(fd, 0)                                 = 'a'
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = A
mprotect(A, PAGE, PROT_WRITE)               = -1 EACCES
madvise(A, PAGE, MADV_REMOVE)               = -1 EACCES
mmap(A, PAGE, PROT_NONE, MAP_SHARED|MAP_FIXED, fd, 0) = A
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = -1 EPERM
perms(A)                                    = "---s"
fcntl(fd, F_GET_SEALS)                      = 8

@ SEA-28 future writes
A = 0x100000000000
B = 0x100100000000
fd = memfd(2*PAGE, MFD_ALLOW_SEALING)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
mmap(B, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = B
fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE) = 0
store(A, 1, 'z')                            = 0
byte(fd, 0)                                 = 'z'
pwrite64(fd, "x", 1, 0)                     = -1 EPERM
mmap(B+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = -1 EPERM
mmap(B+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = B+PAGE
mprotect(B+PAGE, PAGE, PROT_READ|PROT_WRITE) = -1 EACCES
mprotect(B, PAGE, PROT_READ|PROT_WRITE)     = 0
mprotect(A, PAGE, PROT_READ)                = 0
mprotect(A, PAGE, PROT_READ|PROT_WRITE)     = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
C = fork()
[C] store(A, 1, 'c')                        = 0
munmap(A, PAGE)                             = 0
munmap(B, 2*PAGE)                           = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
[C] exit(0)
wait(C)                                     = 0
fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)        = 0
fcntl(fd, F_GET_SEALS)                      = 24

@ SEA-30 execution
fd = memfd(PAGE, MFD_ALLOW_SEALING)
fcntl(fd, F_ADD_SEALS, F_SEAL_EXEC)         = 0
fcntl(fd, F_GET_SEALS)                      = 62

@ HUG-20 arguments
A = 0x100000000000
fd = tmpfile(4*M)
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_HUGETLB|MAP_FIXED, fd, 0)                 = -1 EINVAL
mmap(A+PAGE, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = -1 EINVAL
mmap(A, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0)     = -1 EINVAL
mmap(A, -1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0)    = -1 EINVAL
mmap(A, 2*M, PROT_READ, MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0)               = -1 EINVAL
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|(25<<26)|MAP_FIXED, -1, 0) = -1 EINVAL
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|(63<<26)|MAP_FIXED, -1, 0) = -1 EINVAL
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_GROWSDOWN|MAP_FIXED, -1, 0) = -1 EINVAL
memfd_create("h", MFD_HUGETLB|0x40)         = -1 EINVAL

@ POP-20 populating
A = 0x100000000000
fd = memfd(2*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, 0) = A
resident(A, 4*PAGE)                         = 15
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE|MAP_NONBLOCK, -1, 0) = A
resident(A, 4*PAGE)                         = 0
mmap(A, 4*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, 0) = A
resident(A, 4*PAGE)                         = 0
mmap(A, 4*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, 0) = A
resident(A, 4*PAGE)                         = 15
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_POPULATE, fd, 0) = A
pwrite64(fd, "N", 1, 0)                     = 1
load(A, 1)                                  = 'a'
mmap(A, 4*PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_POPULATE, fd, 0) = A
pwrite64(fd, "M", 1, 0)                     = 1
load(A, 1)                                  = 77
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, 0) = A
resident(A, 4*PAGE)                         = 15
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED|MAP_NONBLOCK, -1, 0) = A
resident(A, 4*PAGE)                         = 15
locked()                                    = 4*PAGE
mmap(A, 4*PAGE, PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, 0) = A
resident(A, 4*PAGE)                         = 15
mmap(A, 4*PAGE, PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, 0) = A
resident(A, 4*PAGE)                         = 15

@ SEA-40 seals against maps, in every direction
A = 0x100000000000
B = 0x100100000000
g = memfd(4*PAGE, MFD_ALLOW_SEALING)
mmap(A, 2*PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, g, 0) = A
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
munmap(A, 2*PAGE)                          = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
mremap(B, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A) = A
munmap(B, PAGE)                            = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
C = fork()
munmap(A, PAGE)                            = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
[C] munmap(A, PAGE)                        = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE|F_SEAL_SEAL) = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EPERM
fcntl(g, F_GET_SEALS)                      = 9
[C] fcntl(g, F_GET_SEALS)                  = 9
[C] pwrite64(g, "x", 1, 0)                 = -1 EPERM
[C] ftruncate(g, 0)                        = 0
[C] exit(0)
wait(C)                                    = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, g, 0) = A
store(A, 1, 4)                             = SIGBUS BUS_ADRERR
ftruncate(g, 8*PAGE)                       = 0
fallocate(g, 0, 0, 8*PAGE)                 = 0
fallocate(g, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0, PAGE) = -1 EPERM
fallocate(g, FALLOC_FL_PUNCH_HOLE, 0, PAGE) = -1 EOPNOTSUPP
write(g, A, 0)                             = 0
write(g, A, 1)                             = -1 EPERM
write(g, B, 1)                             = -1 EPERM
read(g, A, 4)                              = 4
load(A, 1)                                 = 0

@ SEA-42 shrink and grow edges
A = 0x100000000000
g = memfd(2*PAGE+5, MFD_ALLOW_SEALING)
fcntl(g, F_ADD_SEALS, F_SEAL_GROW)         = 0
ftruncate(g, 2*PAGE+5)                     = 0
ftruncate(g, 2*PAGE+6)                     = -1 EPERM
ftruncate(g, 2*PAGE)                       = 0
pwrite64(g, "xyz", 3, 2*PAGE-1)            = 1
fstat_size(g)                              = 8192
pwrite64(g, "xyz", 3, 2*PAGE)              = -1 EPERM
fallocate(g, 0, 0, 2*PAGE+1)               = -1 EPERM
fallocate(g, FALLOC_FL_KEEP_SIZE, 0, 3*PAGE) = -1 EPERM
fallocate(g, 0, 0, 2*PAGE)                 = 0
fcntl(g, F_ADD_SEALS, F_SEAL_SHRINK)       = 0
ftruncate(g, 2*PAGE-1)                     = -1 EPERM
ftruncate(g, 2*PAGE)                       = 0
fallocate(g, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, PAGE, PAGE) = 0
byte(g, PAGE)                              = 0
lseek(g, 0, SEEK_END)                      = 8192
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
write(g, A, 1)                             = -1 EPERM
write(g, A, 0)                             = 0

@ SEA-44 future write, private, read-only and old maps
A = 0x100000000000
B = 0x100100000000
g = memfd(4*PAGE, MFD_ALLOW_SEALING)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, g, 0) = A
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, g, PAGE) = A+PAGE
fcntl(g, F_ADD_SEALS, F_SEAL_FUTURE_WRITE) = 0
store(A, 1, 3)                             = 0
mprotect(A+PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
store(A+PAGE, 1, 3)                        = 0
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, g, 0) = -1 EPERM
mmap(B, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, g, 0) = B
mprotect(B, PAGE, PROT_READ|PROT_WRITE)    = -1 EACCES
madvise(B, PAGE, MADV_REMOVE)              = -1 EACCES
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+PAGE) = B+PAGE
store(B+PAGE, 1, 4)                        = 0
mremap(B+PAGE, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+2*PAGE) = B+2*PAGE
store(B+2*PAGE, 1, 5)                      = 0
remap_file_pages(B+2*PAGE, PAGE, 0, 1, 0)  = -1 EPERM
load(B+2*PAGE, 1)                          = 5
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
pwrite64(g, "q", 1, 0)                     = -1 EPERM
munmap(B+PAGE, 2*PAGE)                     = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
munmap(A+PAGE, PAGE)                       = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = 0
fcntl(g, F_GET_SEALS)                      = 24
C = fork()
[C] load(B, 1)                             = 5
[C] exit(0)
wait(C)                                    = 0

@ SEA-46 a sealed map and mprotect before and after a split
A = 0x100000000000
g = memfd(4*PAGE, MFD_ALLOW_SEALING)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, g, 0) = A
mprotect(A, 4*PAGE, PROT_READ)             = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
mprotect(A+PAGE, PAGE, PROT_NONE)          = 0
mmap(A+2*PAGE, 2*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+2*PAGE
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
munmap(A, PAGE)                            = 0
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, g, 0) = A+PAGE
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EBUSY
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, g, 0) = A+PAGE
fcntl(g, F_ADD_SEALS, F_SEAL_WRITE)        = 0
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, g, 0) = A
mprotect(A, PAGE, PROT_READ|PROT_WRITE)    = -1 EACCES
mprotect(A, PAGE, PROT_READ|PROT_EXEC)     = 0
perms(A)                                   = "r-xs"
close(g)                                   = 0
load(A, 1)                                 = 97

@ SEA-48 who may seal
f = tmpfile(PAGE)
fcntl(f, F_GET_SEALS)                      = -1 EINVAL
fcntl(f, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EINVAL
m = memfd(PAGE)
fcntl(m, F_GET_SEALS)                      = 1
fcntl(m, F_ADD_SEALS, F_SEAL_WRITE)        = -1 EPERM
fcntl(m, F_ADD_SEALS, 0)                   = -1 EPERM
g = memfd(PAGE, MFD_ALLOW_SEALING)
fcntl(g, F_ADD_SEALS, 0)                   = 0
fcntl(g, F_ADD_SEALS, 0x40)                = -1 EINVAL
fcntl(g, F_ADD_SEALS, 0x80)                = -1 EINVAL
fcntl(g, F_ADD_SEALS, F_SEAL_SEAL)         = 0
fcntl(g, F_ADD_SEALS, 0)                   = -1 EPERM
fcntl(g, F_ADD_SEALS, 0x80)                = -1 EINVAL
fcntl(99, F_ADD_SEALS, 0x80)               = -1 EBADF
h = memfd_create("x", MFD_ALLOW_SEALING|MFD_NOEXEC_SEAL)
fcntl(h, F_GET_SEALS)                      = 32
fcntl(h, F_ADD_SEALS, F_SEAL_EXEC)         = 0
i = memfd_create("x", MFD_NOEXEC_SEAL)
fcntl(i, F_GET_SEALS)                      = 32
j = memfd_create("x", MFD_NOEXEC_SEAL|MFD_EXEC) = -1 EINVAL
k = memfd_create("x", 0x20) = -1 EINVAL
l = memfd_create("", 0)
fstat_size(l)                              = 0
o = memfd_create("x", MFD_EXEC|MFD_ALLOW_SEALING)
fcntl(o, F_ADD_SEALS, F_SEAL_EXEC)         = 0
fcntl(o, F_GET_SEALS)                      = 62
