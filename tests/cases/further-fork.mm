# fork, further.

@ FRK-20 copies on either side
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 2*PAGE, 1)               = 0
C = fork()
store(A, 1, 2)                   = 0
[C] load(A, 1)                   = 1
[C] store(A+PAGE, 1, 3)          = 0
load(A+PAGE, 1)                  = 1
[C] store(A+2*PAGE, 1, 4)        = 0
load(A+2*PAGE, 1)                = 0
D = fork()
[D] load(A, 1)                   = 2
[D] load(A+PAGE, 1)              = 1
[C] munmap(A, 4*PAGE)            = 0
load(A, 1)                       = 2
[D] mprotect(A, PAGE, PROT_NONE) = 0
store(A, 1, 9)                   = 0
[D] mprotect(A, PAGE, PROT_READ) = 0
[D] load(A, 1)                   = 2
[C] exit(1)
[D] exit(2)
wait(D)                          = 2
wait(C)                          = 1
wait(C)                          = -1 ECHILD

@ FRK-22 shared memory and files
A = 0x100000000000
fd = memfd(2*PAGE)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A+PAGE
C = fork()
[C] store(A, 1, 7)               = 0
load(A, 1)                       = 7
[C] pwrite64(fd, "F", 1, 0)      = 1
load(A+PAGE, 1)                  = 70
[C] lseek(fd, 5, SEEK_SET)       = 5
lseek(fd, 0, SEEK_CUR)           = 5
[C] close(fd)                    = 0
byte(fd, 0)                      = 70
[C] munmap(A, PAGE)              = 0
load(A, 1)                       = 7
[C] ftruncate(fd, 0)             = -1 EBADF
ftruncate(fd, 0)                 = 0
[C] load(A+PAGE, 1)              = SIGBUS BUS_ADRERR
[C] exit(0)
wait(C)                          = 0

@ FRK-24 advice
A = 0x100000000000
mmap(A, 6*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 6*PAGE, 5)               = 0
madvise(A+PAGE, PAGE, MADV_DONTFORK) = 0
madvise(A+3*PAGE, PAGE, MADV_WIPEONFORK) = 0
C = fork()
[C] load(A, 1)                   = 5
[C] load(A+PAGE, 1)              = SIGSEGV SEGV_MAPERR
[C] load(A+2*PAGE, 1)            = 5
[C] load(A+3*PAGE, 1)            = 0
[C] store(A+3*PAGE, 1, 6)        = 0
load(A+3*PAGE, 1)                = 5
[C] vmas(A, 6*PAGE)              = 4
E = fork()
[E] load(A+3*PAGE, 1)            = 0
[C] mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = A+PAGE
[E] exit(0)
[C] exit(0)
wait(C)                          = 0
wait(E)                          = 0
madvise(A+PAGE, PAGE, MADV_DOFORK) = 0
madvise(A+3*PAGE, PAGE, MADV_KEEPONFORK) = 0
D = fork()
[D] load(A+PAGE, 1)              = 5
[D] load(A+3*PAGE, 1)            = 5
[D] exit(0)
wait(D)                          = 0

@ FRK-26 counts
A = 0x100000000000
n = vmsize()
d = vmdata()
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A
madvise(A, PAGE, MADV_DONTFORK)  = 0
C = fork()
[C] vmsize()                     = n+3*PAGE
[C] vmdata()                     = d+3*PAGE
[C] locked()                     = 0
[C] resident(A+PAGE, 3*PAGE)     = 7
[C] mlock(A+PAGE, PAGE)          = 0
[C] locked()                     = PAGE
locked()                         = 4*PAGE
[C] exit(0)
wait(C)                          = 0

@ FRK-28 private pages of files, read into and moved
A = 0x100000000000
B = 0x100100000000
fd = memfd(2*PAGE)
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
store(A, 1, 'Q')                 = 0
C = fork()
[C] lseek(fd, PAGE, SEEK_SET)    = PAGE
[C] read(fd, A, 1)               = 1
load(A, 1)                       = 81
[C] load(A, 1)                   = 'b'
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
load(B, 1)                       = 81
[C] load(B, 1)                   = SIGSEGV SEGV_MAPERR
store(B, 1, 'R')                 = 0
[C] load(A, 1)                   = 'b'
[C] madvise(A, PAGE, MADV_DONTNEED) = 0
[C] load(A, 1)                   = 'a'
[C] exit(0)
wait(C)                          = 0

@ FRK-30 limits and rights go along
dropcap(CAP_IPC_LOCK)            = 0
setrlimit(RLIMIT_MEMLOCK, 0)     = 0
A = 0x100000000000
C = fork()
[C] mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = -1 EPERM
[C] setrlimit(RLIMIT_AS, PAGE)   = 0
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
[C] mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
[C] exit(255)
wait(C)                          = 255
D = fork()
[D] exit(256)
wait(D)                          = 0
E = fork()
[E] exit(-1)
wait(E)                          = 255

@ FRK-40 a growing-down map, huge advice, locks, and the shared zero page
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
C = fork()
[C] store(A-PAGE, 1, 1)                    = 0
[C] start(A)                               = A-PAGE
start(A)                                   = A
load(A-PAGE, 1)                            = 0
start(A)                                   = A-PAGE
[C] load(A-PAGE, 1)                        = 1
[C] D = fork()
[D] load(A-PAGE, 1)                        = 1
[D] store(A-PAGE, 1, 2)                    = 0
[D] store(A-2*PAGE, 1, 2)                  = 0
[D] start(A)                               = A-2*PAGE
[C] start(A)                               = A-PAGE
[C] load(A-PAGE, 1)                        = 1
[D] exit(7)
[C] wait(D)                                = 7
[C] exit(8)
wait(C)                                    = 8
mlockall(MCL_FUTURE)                       = 0
mmap(A+8*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+8*PAGE
locked()                                   = 4096
C = fork()
[C] locked()                               = 0
[C] mmap(A+9*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+9*PAGE
[C] locked()                               = 0
[C] mlock(A+8*PAGE, PAGE)                  = 0
[C] store(A+8*PAGE, 1, 3)                  = 0
[C] exit(0)
wait(C)                                    = 0
load(A+8*PAGE, 1)                          = 0

@ FRK-42 truncation below parent and child
A = 0x100000000000
f = tmpfile(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, f, 0) = A
fill(A+PAGE, 2*PAGE, 'Z')                  = 0
C = fork()
[C] fill(A+2*PAGE, PAGE, 'Y')              = 0
ftruncate(f, PAGE+10)                      = 0
[C] load(A+PAGE, 1)                        = 90
[C] load(A+2*PAGE, 1)                      = SIGBUS BUS_ADRERR
load(A+2*PAGE, 1)                          = SIGBUS BUS_ADRERR
load(A+PAGE+100, 1)                        = 90
[C] load(A+PAGE+100, 1)                    = 90
[C] ftruncate(f, 4*PAGE)                   = 0
load(A+2*PAGE, 1)                          = 0
[C] load(A+2*PAGE, 1)                      = 0
[C] load(A+PAGE+100, 1)                    = 90
byte(f, PAGE+100)                          = 0
[C] store(A+2*PAGE, 1, 'W')                = 0
load(A+2*PAGE, 1)                          = 0
pwrite64(f, "N", 1, 2*PAGE)                = 1
load(A+2*PAGE, 1)                          = 78
[C] load(A+2*PAGE, 1)                      = 87
fallocate(f, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0, 4*PAGE) = 0
load(A, 1)                                 = 0
load(A+PAGE, 1)                            = 90
load(A+2*PAGE, 1)                          = 0
[C] load(A+2*PAGE, 1)                      = 87
[C] exit(0)
wait(C)                                    = 0

@ FRK-44 shared anonymous memory, MADV_REMOVE by the child, second views
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 1)                         = 0
C = fork()
[C] madvise(A+PAGE, PAGE, MADV_REMOVE)     = 0
load(A+PAGE, 1)                            = 0
[C] mremap(A, 0, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
[C] munmap(A, 4*PAGE)                      = 0
[C] store(B+3*PAGE, 1, 9)                  = 0
load(A+3*PAGE, 1)                          = 9
[C] mprotect(B, 4*PAGE, PROT_NONE)         = 0
[C] D = fork()
[D] mprotect(B, PAGE, PROT_READ)           = 0
[D] load(B, 1)                             = 1
[D] load(B+PAGE, 1)                        = SIGSEGV SEGV_ACCERR
[C] load(B, 1)                             = SIGSEGV SEGV_ACCERR
[D] exit(0)
[C] exit(0)
munmap(A, PAGE)                            = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
vmas(A, 4*PAGE)                            = 2
load(A, 1)                                 = 0

@ FRK-46 a child of a process with brk and limits
b = brk(0)
e = brk(b+2*PAGE)
x = e - b = 2*PAGE
store(b+PAGE, 1, 5)                        = 0
C = fork()
[C] e = brk(b+3*PAGE)
x = e - b = 3*PAGE
[C] load(b+PAGE, 1)                        = 5
[C] store(b+PAGE, 1, 6)                    = 0
e = brk(0)
x = e - b = 2*PAGE
load(b+PAGE, 1)                            = 5
[C] e = brk(b)
x = e - b = 0
load(b+PAGE, 1)                            = 5
[C] load(b+PAGE, 1)                        = SIGSEGV SEGV_MAPERR
[C] exit(0)

@ FRK-50 a copy on write taken by every path
A = 0x100000000000
B = 0x100100000000
f = tmpfile(2*PAGE)
mmap(A, 8*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 8*PAGE, 1)                         = 0
C = fork()
[C] cas(A, 1, 1, 2)                        = 1
[C] cas(A+PAGE, 1, 9, 2)                   = 1
[C] poke(A+2*PAGE, "xx")                   = 0
[C] read(f, A+3*PAGE, 1)                   = 1
[C] madvise(A+4*PAGE, PAGE, MADV_POPULATE_WRITE) = 0
[C] mlock(A+5*PAGE, PAGE)                  = 0
[C] madvise(A+6*PAGE, PAGE, MADV_FREE)     = 0
[C] store(A+6*PAGE, 1, 7)                  = 0
[C] mremap(A+7*PAGE, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
[C] store(B, 1, 8)                         = 0
[C] load(A+7*PAGE, 1)                      = 0
load(A, 1)                                 = 1
load(A+PAGE, 1)                            = 1
load(A+2*PAGE, 1)                          = 1
load(A+3*PAGE, 1)                          = 1
load(A+4*PAGE, 1)                          = 1
load(A+6*PAGE, 1)                          = 1
load(A+7*PAGE, 1)                          = 1
store(A+5*PAGE, 1, 3)                      = 0
[C] load(A+5*PAGE, 1)                      = 1
[C] mprotect(A, PAGE, PROT_READ)           = 0
[C] store(A, 1, 1)                         = SIGSEGV SEGV_ACCERR
store(A, 1, 4)                             = 0
[C] load(A, 1)                             = 2
munmap(A, 8*PAGE)                          = 0
[C] load(A+PAGE, 1)                        = 1
[C] D = fork()
[D] munmap(A, 4*PAGE)                      = 0
[C] load(A+2*PAGE, 1)                      = 120
[D] mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
[D] load(A, 1)                             = 0
[D] exit(1)
[C] wait(D)                                = 1
[C] exit(2)
wait(C)                                    = 2
wait(C)                                    = -1 ECHILD

@ FRK-52 descriptors, rights, limits of a child
A = 0x100000000000
f = tmpfile(2*PAGE)
g = memfd(PAGE, MFD_ALLOW_SEALING)
C = fork()
[C] close(f)                               = 0
byte(f, 0)                                 = 97
[C] byte(f, 0)                             = -1 EBADF
[C] h = tmpfile(PAGE)
byte(h, 0)                                 = 97
[C] fcntl(g, F_ADD_SEALS, F_SEAL_GROW)     = 0
ftruncate(g, 2*PAGE)                       = -1 EPERM
[C] dropcap(CAP_IPC_LOCK)                  = 0
[C] setrlimit(RLIMIT_MEMLOCK, 0)           = 0
[C] mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
[C] mlock(A, PAGE)                         = -1 EPERM
[C] munlock(A, PAGE)                       = 0
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A
locked()                                   = 4096
[C] locked()                               = 0
[C] D = fork()
[D] mlock(A, PAGE)                         = -1 EPERM
[D] exit(300)
[C] wait(D)                                = 44
[C] exit(-2)
wait(C)                                    = 254
