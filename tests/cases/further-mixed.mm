# Calls in a row, across kinds of memory.

@ DEP-20 a private page of a file after every kind of change
A = 0x100000000000
B = 0x100100000000
fd = memfd(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
store(A+PAGE, 1, 'P')               = 0
mremap(A+PAGE, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
load(B, 1)                          = 80
madvise(B, PAGE, MADV_DONTNEED)     = 0
load(B, 1)                          = 'b'
pwrite64(fd, "N", 1, PAGE)          = 1
load(B, 1)                          = 78
store(B+1, 1, 'M')                  = 0
fallocate(fd, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, PAGE, PAGE) = 0
load(B, 1)                          = 78
load(B+1, 1)                        = 77
ftruncate(fd, PAGE)                 = 0
load(B, 1)                          = SIGBUS BUS_ADRERR
ftruncate(fd, 4*PAGE)               = 0
load(B, 1)                          = 0
load(A+2*PAGE, 1)                   = 0
mprotect(B, PAGE, PROT_READ)        = 0
store(B, 1, 1)                      = SIGSEGV SEGV_ACCERR
munmap(A, 4*PAGE)                   = 0
munmap(B, PAGE)                     = 0

@ DEP-22 the file's end moves below a shared map
A = 0x100000000000
fd = tmpfile(3*PAGE)
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
fill(A, 3*PAGE, 'x')                = 0
ftruncate(fd, PAGE+10)              = 0
resident(A, 3*PAGE)                 = 3
load(A+PAGE+9, 1)                   = 'x'
load(A+PAGE+10, 1)                  = 0
store(A+PAGE+10, 1, 'y')            = 0
msync(A, 3*PAGE, MS_SYNC)           = 0
ftruncate(fd, 2*PAGE)               = 0
load(A+PAGE+10, 1)                  = 0
byte(fd, PAGE+10)                   = 0
madvise(A, 3*PAGE, MADV_POPULATE_READ) = -1 EFAULT
madvise(A, 2*PAGE, MADV_DONTNEED)   = 0
load(A, 1)                          = 'x'
pwrite64(fd, "Z", 1, 2*PAGE+5)      = 1
load(A+2*PAGE+4, 2)                 = 0x5a00
load(A+2*PAGE+6, 1)                 = 0

@ DEP-24 MAP_FIXED replaces, whatever was there
A = 0x100000000000
fd = memfd(2*PAGE)
n = vmsize()
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, PAGE) = A
load(A, 1)                          = 'b'
load(A-PAGE, 1)                     = SIGSEGV SEGV_MAPERR
mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 0) = A+PAGE
load(A+PAGE, 1)                     = 'a'
load(A-PAGE, 1)                     = SIGSEGV SEGV_MAPERR
mmap(A, 2*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
vmas(A, 2*PAGE)                     = 1
vmsize()                            = n+2*PAGE
load(A, 1)                          = SIGSEGV SEGV_ACCERR

@ DEP-26 droppable memory
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A, 8, 1)                      = 0
load(A+PAGE, 8)                     = 0
mprotect(A, PAGE, PROT_READ)        = 0
perms(A)                            = "r--p"
vmas(A, 2*PAGE)                     = 2
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
mprotect(A, PAGE, PROT_READ|PROT_WRITE) = -1 ENOMEM
mremap(A, PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+8*PAGE) = -1 EFAULT
msync(B+8*PAGE, PAGE, MS_SYNC)      = -1 ENOMEM
mlockall(MCL_CURRENT|MCL_ONFAULT)   = 0
msync(B+8*PAGE, PAGE, MS_INVALIDATE) = -1 ENOMEM
munlockall()                        = 0
C = fork()
[C] load(B+8*PAGE+2*PAGE, 8)        = SIGSEGV SEGV_MAPERR
[C] exit(0)
wait(C)                             = 0
mmap(A, PAGE, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = -1 EINVAL
mmap(A, PAGE, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = -1 EINVAL

@ DEP-28 memory kept over an unlinked, closed and forked file
A = 0x100000000000
fd = open("kept", O_RDWR|O_CREAT, 0600)
pwrite64(fd, "kept", 4, 0)          = 4
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
C = fork()
close(fd)                           = 0
[C] pwrite64(fd, "K", 1, 0)         = 1
peek(A, 4)                          = "Kept"
[C] ftruncate(fd, 2)                = 0
peek(A, 4)                          = "Ke\000\000"
[C] close(fd)                       = 0
poke(A, "mine")                     = 0
e = open("kept", O_RDONLY)
fstat_size(e)                       = 2
pread64(e, 10, 0)                   = "mi"
[C] peek(A, 4)                      = "mine"
[C] exit(0)
wait(C)                             = 0
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, e, 0) = -1 EACCES
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, e, 0) = A+PAGE
mprotect(A, 2*PAGE, PROT_READ|PROT_WRITE) = -1 EACCES
perms(A)                            = "rw-s"
perms(A+PAGE)                       = "r--s"

@ DEP-30 loads and stores of all sizes at a page's edge
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A+PAGE-1, 2, 0x1234)          = 0
load(A+PAGE-1, 1)                   = 52
load(A+PAGE, 1)                     = 18
store(A+PAGE-3, 8, 0x1122334455667788) = 0
load(A+PAGE-3, 4)                   = 0x55667788
load(A+PAGE+1, 4)                   = 0x11223344
load(A+PAGE-5, 8)                   = 0x3344556677880000
resident(A, 2*PAGE)                 = 3
cas(A+8, 8, 0, 5)                   = 0
cas(A+8, 8, 0, 6)                   = 5
cas(A+16, 4, 0, -1)                 = 0
load(A+16, 8)                       = 0xffffffff
cas(A+24, 1, 0, 0x1ff)              = 0
load(A+24, 8)                       = 255

@ DEP-32 MADV_FREE, then kept by a store
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 2*PAGE, 7)                  = 0
madvise(A, 2*PAGE, MADV_FREE)       = 0
store(A, 1, 8)                      = 0
load(A, 1)                          = 8
mprotect(A, 2*PAGE, PROT_NONE)      = 0
madvise(A, 2*PAGE, MADV_FREE)       = 0
madvise(A, 2*PAGE, MADV_DONTNEED)   = 0
mprotect(A, 2*PAGE, PROT_READ)      = 0
same(A, 2*PAGE, 0)                  = 1
madvise(A, 2*PAGE, MADV_FREE)       = 0

@ DEP-34 shared anonymous memory and its object
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 2*PAGE, 4)                  = 0
mremap(A, 2*PAGE, PAGE, 0)          = A
mremap(A, PAGE, 3*PAGE, 0)          = A
load(A+PAGE, 1)                     = 4
load(A+2*PAGE, 1)                   = SIGBUS BUS_ADRERR
madvise(A, PAGE, MADV_DONTNEED)     = 0
load(A, 1)                          = 4
madvise(A, PAGE, MADV_REMOVE)       = 0
load(A, 1)                          = 0
madvise(A, 3*PAGE, MADV_REMOVE)     = 0
mremap(A, 3*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
store(B, 1, 9)                      = 0
load(A, 1)                          = 9
munmap(B, 3*PAGE)                   = 0
load(A, 1)                          = 9
mprotect(A, PAGE, PROT_READ)        = 0
mprotect(A, PAGE, PROT_READ|PROT_WRITE|PROT_EXEC) = 0
perms(A)                            = "rwxs"

@ DEP-36 descriptors
fd = memfd(10)
dup2(fd, fd)                        = fd
dup2(fd, 50)                        = 50
dup2(99, 50)                        = -1 EBADF
dup2(fd, -1)                        = -1 EBADF
byte(50, 0)                         = 'a'
close(fd)                           = 0
byte(50, 0)                         = 'a'
dup2(50, 60)                        = 60
close(50)                           = 0
fstat_size(60)                      = 10
dup(99)                             = -1 EBADF
close(60)                           = 0
close(60)                           = -1 EBADF
close(-1)                           = -1 EBADF
e = tmpfile(0)
d = dup(e)
(d == e+1)                          = 1
close(e)                            = 0
f = tmpfile(0)
(f == e)                            = 1

@ DEP-38 waiting and ending
P = fork()
wait(P+1000)                        = -1 ECHILD
[P] exit(7)
wait(P)                             = 7
wait(P)                             = -1 ECHILD
wait(-1)                            = -1 ECHILD
Q = fork()
R = fork()
[Q] exit(1)
[R] exit(2)
wait(R)                             = 2
wait(-1)                            = 1

@ HUG-40 hugetlb arguments
A = 0x100000000000
f = tmpfile(4*PAGE)
mmap(A, 2*M, PROT_READ, MAP_SHARED|MAP_FIXED|MAP_HUGETLB, f, 0) = -1 EINVAL
mmap(A+PAGE, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_HUGETLB, -1, 0) = -1 EINVAL
mmap(A, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_HUGETLB, -1, 0) = -1 EINVAL
mmap(A, -1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_HUGETLB, -1, 0) = -1 EINVAL
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_HUGETLB|(20<<26), -1, 0) = -1 EINVAL
mmap(A, 2*M, PROT_READ, MAP_ANONYMOUS|MAP_FIXED|MAP_HUGETLB, -1, 0) = -1 EINVAL
o = memfd_create("h", 0x80) = -1 EINVAL

@ DEP-40 what private copies survive
A = 0x100000000000
f = memfd(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, f, 0) = A
store(A, 1, 'A')                           = 0
store(A+PAGE, 1, 'B')                      = 0
store(A+2*PAGE, 1, 'C')                    = 0
fallocate(f, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0, 4*PAGE) = 0
load(A, 1)                                 = 65
load(A+1, 1)                               = 97
load(A+3*PAGE, 1)                          = 0
ftruncate(f, 2*PAGE)                       = 0
ftruncate(f, 4*PAGE)                       = 0
load(A+PAGE, 1)                            = 66
load(A+2*PAGE, 1)                          = 0
madvise(A, 2*PAGE, MADV_FREE)              = -1 EINVAL
madvise(A, 2*PAGE, MADV_PAGEOUT)           = 0
load(A, 1)                                 = 65
madvise(A, PAGE, MADV_DONTNEED)            = 0
load(A, 1)                                 = 0
mprotect(A+PAGE, PAGE, PROT_READ)          = 0
madvise(A+PAGE, PAGE, MADV_POPULATE_WRITE) = -1 EINVAL
C = fork()
[C] madvise(A+PAGE, PAGE, MADV_DONTNEED)   = 0
[C] load(A+PAGE, 1)                        = 0
load(A+PAGE, 1)                            = 66
[C] mprotect(A+PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
[C] store(A+PAGE, 1, 'X')                  = 0
byte(f, PAGE)                              = 0
[C] exit(0)
mremap(A+PAGE, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, A+8*PAGE) = A+8*PAGE
load(A+8*PAGE, 1)                          = 66
load(A+PAGE, 1)                            = 0
perms(A+PAGE)                              = "r--p"
