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
