# mremap, further.

@ MRE-20 arguments
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mremap(A, PAGE, PAGE, 8)                                   = -1 EINVAL
mremap(A, PAGE, PAGE, -1)                                  = -1 EINVAL
mremap(A+1, PAGE, PAGE, 0)                                 = -1 EINVAL
mremap(A, PAGE, 0, MREMAP_MAYMOVE)                         = -1 EINVAL
mremap(A, PAGE, -1, MREMAP_MAYMOVE)                        = -1 EINVAL
mremap(A, PAGE, -PAGE, MREMAP_MAYMOVE)                     = -1 EINVAL
mremap(A, PAGE, TASK_SIZE+PAGE, MREMAP_MAYMOVE)            = -1 EINVAL
mremap(A, PAGE, TASK_SIZE, MREMAP_MAYMOVE)                 = -1 ENOMEM
mremap(A, -1, PAGE, 0)                                     = -1 EINVAL
mremap(A, -PAGE, PAGE, 0)                                  = -1 EINVAL
mremap(A, 0, PAGE, 0)                                      = -1 EINVAL
mremap(A, 0, PAGE, MREMAP_MAYMOVE)                         = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_FIXED, B)                     = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+1)    = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A)      = -1 EINVAL
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+PAGE) = -1 EINVAL
mremap(A+PAGE, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A) = -1 EINVAL
mremap(A, 2*PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+PAGE) = -1 EINVAL
mremap(A, PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A-PAGE) = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, TASK_SIZE) = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, TASK_SIZE-PAGE+1) = -1 EINVAL
mremap(A, PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, TASK_SIZE-PAGE) = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_DONTUNMAP)                    = -1 EINVAL
mremap(A, PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP)   = -1 EINVAL
mremap(A, 2*PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP)   = -1 EINVAL
mremap(B, PAGE, PAGE, 0)                                   = -1 EFAULT
mremap(B, PAGE, 2*PAGE, MREMAP_MAYMOVE)                    = -1 EFAULT
mremap(B, 2*PAGE, PAGE, 0)                                 = -1 EFAULT
mremap(A, PAGE, PAGE, 0)                                   = A
mremap(A, PAGE-1, PAGE, 0)                                 = A
mremap(A, 1, 1, 0)                                         = A
mremap(A, PAGE, 2*PAGE, 0)                                 = -1 ENOMEM
mremap(A+3*PAGE, PAGE, 2*PAGE, 0)                          = A+3*PAGE
mremap(A+2*PAGE, 2*PAGE, 4*PAGE, 0)                        = -1 ENOMEM
vmas(A, 8*PAGE)                                            = 1

@ MRE-22 shrinking
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 1)                                         = 0
mremap(A, 4*PAGE, 2*PAGE, 0)                               = A
load(A+2*PAGE, 1)                                          = SIGSEGV SEGV_MAPERR
mremap(A, 4*PAGE, PAGE, MREMAP_MAYMOVE)                    = A
load(A+PAGE, 1)                                            = SIGSEGV SEGV_MAPERR
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+PAGE
mremap(A, 3*PAGE, PAGE, 0)                                 = A
perms(A+PAGE)                                              = ""
load(A, 1)                                                 = 1
mremap(A+PAGE, 2*PAGE, PAGE, 0)                            = -1 EFAULT

@ MRE-24 growing in place or moving
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A+PAGE, 8, 77)                                       = 0
mremap(A, 2*PAGE, 4*PAGE, 0)                               = A
same(A+2*PAGE, 2*PAGE, 0)                                  = 1
mmap(A+4*PAGE, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+4*PAGE
mremap(A, 4*PAGE, 5*PAGE, 0)                               = -1 ENOMEM
x = mremap(A, 4*PAGE, 5*PAGE, MREMAP_MAYMOVE)              = OK
load(x+PAGE, 8)                                            = 77
load(A, 1)                                                 = SIGSEGV SEGV_MAPERR
perms(A+4*PAGE)                                            = "---p"
y = mremap(x, 5*PAGE, 300*PAGE, MREMAP_MAYMOVE)            = OK
load(y+PAGE, 8)                                            = 77
same(y+5*PAGE, 295*PAGE, 0)                                = 1
mremap(y+PAGE, PAGE, 2*PAGE, 0)                            = -1 ENOMEM
z = mremap(y+PAGE, PAGE, 2*PAGE, MREMAP_MAYMOVE)           = OK
load(z, 8)                                                 = 77
load(y+PAGE, 8)                                            = SIGSEGV SEGV_MAPERR
vmas(y, 300*PAGE)                                          = 2

@ MRE-26 growing a file's map
A = 0x100000000000
fd = tmpfile(4*PAGE)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, PAGE) = A
mremap(A, PAGE, 3*PAGE, 0)                                 = A
load(A+2*PAGE, 1)                                          = 'd'
mremap(A, 3*PAGE, 5*PAGE, 0)                               = A
load(A+3*PAGE, 1)                                          = SIGBUS BUS_ADRERR
ftruncate(fd, 6*PAGE)                                      = 0
load(A+3*PAGE, 1)                                          = 0
mremap(A, 5*PAGE, 2*PAGE, 0)                               = A
byte(fd, 3*PAGE)                                           = 'd'
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
store(A, 1, 'Z')                                           = 0
mremap(A, PAGE, 2*PAGE, 0)                                 = -1 ENOMEM
vmas(A, 2*PAGE)                                            = 2
munmap(A+PAGE, PAGE)                                       = 0
mremap(A, PAGE, 2*PAGE, 0)                                 = A
load(A, 1)                                                 = 90
load(A+PAGE, 1)                                            = 'b'

@ MRE-28 a fixed move
A = 0x100000000000
B = 0x100100000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A+PAGE, 8, 11)                                       = 0
mmap(B, 4*PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
mremap(A+PAGE, PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+PAGE) = B+PAGE
load(B+PAGE, 8)                                            = 11
perms(B)                                                   = "r--s"
perms(B+2*PAGE)                                            = "rw-p"
perms(B+3*PAGE)                                            = "r--s"
load(A+PAGE, 8)                                            = SIGSEGV SEGV_MAPERR
mremap(A, 3*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+8*PAGE) = B+8*PAGE
perms(B+9*PAGE)                                            = ""
perms(B+10*PAGE)                                           = "rw-p"
mremap(A, 3*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+16*PAGE) = -1 EFAULT
mmap(A, 3*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mremap(A, 3*PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+16*PAGE) = B+16*PAGE
perms(A)                                                   = ""
perms(A+2*PAGE)                                            = ""

@ MRE-30 two views by old size zero
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A+PAGE, 1, 5)                                        = 0
mremap(A, 0, 2*PAGE, 0)                                    = -1 ENOMEM
x = mremap(A, 0, 2*PAGE, MREMAP_MAYMOVE)                   = OK
load(x+PAGE, 1)                                            = 5
store(x, 1, 6)                                             = 0
load(A, 1)                                                 = 6
mremap(A+PAGE, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B)    = B
load(B, 1)                                                 = 5
mremap(A, 0, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B)       = B
load(B+2*PAGE, 1)                                          = SIGBUS BUS_ADRERR
munmap(A, 2*PAGE)                                          = 0
load(x, 1)                                                 = 6
mremap(A, 0, PAGE, MREMAP_MAYMOVE)                         = -1 EFAULT
mremap(x, 0, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP)        = -1 EINVAL
fd = tmpfile(2*PAGE, O_RDONLY)
mmap(A, 2*PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0)    = A
y = mremap(A, 0, 2*PAGE, MREMAP_MAYMOVE)                   = OK
mprotect(y, PAGE, PROT_READ|PROT_WRITE)                    = -1 EACCES

@ MRE-32 what stays with DONTUNMAP
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 2*PAGE, 3)                                         = 0
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
load(B, 1)                                                 = 3
load(A, 1)                                                 = 0
perms(A)                                                   = "rw-p"
fd = memfd(2*PAGE)
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
x = mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP) = OK
load(A, 1)                                                 = 'a'
store(x, 1, 9)                                             = 0
load(A, 1)                                                 = 9
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
store(A, 1, 'P')                                           = 0
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
load(B, 1)                                                 = 80
load(A, 1)                                                 = 9

@ MRE-34 limits
A = 0x100000000000
n = vmsize()
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
setrlimit(RLIMIT_AS, n+3*PAGE)                             = 0
mremap(A, 2*PAGE, 4*PAGE, MREMAP_MAYMOVE)                  = -1 ENOMEM
mremap(A, 2*PAGE, 3*PAGE, MREMAP_MAYMOVE)                  = A
mremap(A, 3*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+8*PAGE) = A+8*PAGE
mremap(A+8*PAGE, 3*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP) = -1 ENOMEM
mremap(A+8*PAGE, 3*PAGE, PAGE, 0)                          = A+8*PAGE

@ MRE-36 locked
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A
mremap(A, 2*PAGE, 4*PAGE, 0)                               = A
resident(A, 4*PAGE)                                        = 15
locked()                                                   = 4*PAGE
mremap(A, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B)  = B
locked()                                                   = 4*PAGE
msync(B, PAGE, MS_INVALIDATE)                              = -1 EBUSY
mremap(B, 4*PAGE, PAGE, 0)                                 = B
locked()                                                   = PAGE
dropcap(CAP_IPC_LOCK)                                      = 0
setrlimit(RLIMIT_MEMLOCK, 2*PAGE)                          = 0
mremap(B, PAGE, 3*PAGE, 0)                                 = -1 EAGAIN
mremap(B, PAGE, 2*PAGE, 0)                                 = B
locked()                                                   = 2*PAGE

@ MRE-38 growing down, and what cannot grow
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
mremap(A, 2*PAGE, 4*PAGE, 0)                               = A
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+0x100000000) = 0x100100000000
load(A+0xffffffff, 1)                                      = 0
start(A+0x100000000)                                       = 0x1000fffff000

@ MRE-40 DONTUNMAP of locked, shared, file, grow-down and special maps
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 7)                         = 0
mremap(A+PAGE, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
load(B, 1)                                 = 7
store(B, 1, 8)                             = 0
load(A+PAGE, 1)                            = 8
vmas(A, 4*PAGE)                            = 1
munmap(B, 2*PAGE)                          = 0
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A
fill(A, 2*PAGE, 5)                         = 0
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
msync(A, PAGE, MS_INVALIDATE)              = 0
msync(B, PAGE, MS_INVALIDATE)              = -1 EBUSY
resident(A, 2*PAGE)                        = 0
resident(B, 2*PAGE)                        = 0x3
perms(A)                                   = "rw-p"
store(A, 1, 3)                             = 0
load(B, 1)                                 = 5

@ MRE-42 moving over the stack gap and below the lowest address
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, 0) = 0
mremap(A+PAGE, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, PAGE) = 0x1000
load(PAGE, 1)                              = 0
munmap(0, 2*PAGE)                          = 0
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, TASK_SIZE-PAGE) = -1 EFAULT
mremap(TASK_SIZE-PAGE, PAGE, 2*PAGE, 0)    = -1 EFAULT
mremap(TASK_SIZE-PAGE, PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A) = -1 EFAULT
vmas(A, 4*PAGE)                            = 0

@ MRE-44 advice and marks travel or split
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A+PAGE, PAGE, MADV_DONTFORK)       = 0
vmas(A, 4*PAGE)                            = 3
mremap(A, 4*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = -1 EFAULT
mremap(A+PAGE, PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
perms(A+PAGE)                              = ""
perms(B+PAGE)                              = "rw-p"
C = fork()
[C] perms(B)                               = ""
[C] perms(B+PAGE)                          = ""
[C] perms(A)                               = "rw-p"
[C] exit(0)
wait(C)                                    = 0
mremap(B, 2*PAGE, PAGE, 0)                 = B
madvise(A, PAGE, MADV_WIPEONFORK)          = 0
store(A, 1, 1)                             = 0
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+8*PAGE) = B+8*PAGE
C = fork()
[C] load(B+8*PAGE, 1)                      = 0
[C] store(B+8*PAGE, 1, 6)                  = 0
[C] E = fork()
[E] load(B+8*PAGE, 1)                      = 0
[E] exit(0)
[C] wait(E)                                = 0
[C] madvise(B+8*PAGE, PAGE, MADV_KEEPONFORK) = 0
[C] F = fork()
[F] load(B+8*PAGE, 1)                      = 6
[F] exit(1)
[C] wait(F)                                = 1
[C] exit(2)
wait(C)                                    = 2
load(B+8*PAGE, 1)                          = 1

@ MRE-46 shrinking and moving at once
A = 0x100000000000
B = 0x100100000000
fd = tmpfile(8*PAGE)
mmap(A, 6*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, PAGE) = A
store(A+PAGE, 1, 'Q')                      = 0
store(A+5*PAGE, 1, 'R')                    = 0
mremap(A, 6*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
load(B, 1)                                 = 98
load(B+PAGE, 1)                            = 81
load(A+5*PAGE, 1)                          = SIGSEGV SEGV_MAPERR
mremap(B, 2*PAGE, 6*PAGE, 0)               = B
load(B+5*PAGE, 1)                          = 103
mremap(B, 6*PAGE, 8*PAGE, 0)               = B
load(B+6*PAGE, 1)                          = 104
load(B+7*PAGE, 1)                          = SIGBUS BUS_ADRERR
fault_addr()                               = B+7*PAGE
mremap(B+2*PAGE, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+PAGE) = -1 EINVAL
mremap(B+2*PAGE, 4*PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+PAGE) = B+PAGE
vmas(B, 10*PAGE)                           = 3
load(B+PAGE, 1)                            = 100
perms(B+2*PAGE)                            = ""
mremap(B+6*PAGE, 1, 1, MREMAP_MAYMOVE|MREMAP_FIXED, B+2*PAGE) = B+2*PAGE
load(B+2*PAGE, 1)                          = 104
vmas(B, 10*PAGE)                           = 4

@ MRE-48 old size zero in odd places
A = 0x100000000000
B = 0x100100000000
fd = tmpfile(4*PAGE)
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
mremap(A+PAGE, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+PAGE) = -1 EFAULT
mremap(A+PAGE, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A) = -1 EFAULT
load(A, 1)                                 = 97
load(A+PAGE, 1)                            = SIGSEGV SEGV_MAPERR
vmas(A, 2*PAGE)                            = 1
mremap(A+1, 0, PAGE, MREMAP_MAYMOVE)       = -1 EINVAL
mremap(B, 0, PAGE, MREMAP_MAYMOVE)         = -1 EFAULT
mremap(A, 0, 0, MREMAP_MAYMOVE)            = -1 EINVAL
mlock(A, PAGE)                             = 0
mremap(A, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
locked()                                   = 8192
resident(B, PAGE)                          = 0x1
msync(B, PAGE, MS_INVALIDATE)              = -1 EBUSY
mprotect(A, PAGE, PROT_NONE)               = 0
mremap(A, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B+PAGE) = B+PAGE
perms(B+PAGE)                              = "---s"
locked()                                   = 12288
vmas(B, 2*PAGE)                            = 2

@ MRE-50 growing into the gap of a growing-down map above
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+300*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A+300*PAGE
mremap(A, PAGE, 44*PAGE, 0)                = A
mremap(A, 44*PAGE, 45*PAGE, 0)             = A
mremap(A, 44*PAGE, 300*PAGE, 0)            = -1 ENOMEM
store(A+299*PAGE, 1, 1)                    = SIGSEGV SEGV_MAPERR
start(A+300*PAGE)                          = A+300*PAGE
mremap(A, 300*PAGE, 10*PAGE, 0)            = A
store(A+299*PAGE, 1, 1)                    = 0
start(A+300*PAGE)                          = A+299*PAGE
store(A+265*PAGE, 1, 1)                    = SIGSEGV SEGV_MAPERR
store(A+266*PAGE, 1, 1)                    = 0
start(A+300*PAGE)                          = A+266*PAGE
mremap(A+266*PAGE, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+20*PAGE) = A+20*PAGE
start(A+301*PAGE)                          = A+268*PAGE
vmas(A, 302*PAGE)                          = 3

@ MRE-52 limits and refused moves leave all as it was
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 1)                         = 0
mmap(B, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
fill(B, 4*PAGE, 2)                         = 0
n = vmsize()
setrlimit(RLIMIT_AS, n)                    = 0
mremap(A, 4*PAGE, 5*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = -1 ENOMEM
load(B, 1)                                 = 2
load(A, 1)                                 = 1
vmas(B, 4*PAGE)                            = 1
mremap(A, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
load(A, 1)                                 = 0
load(B, 1)                                 = 1
perms(B)                                   = "rw-p"
mremap(A, 4*PAGE, 5*PAGE, MREMAP_MAYMOVE)  = -1 ENOMEM
mremap(A, 4*PAGE, 5*PAGE, 0)               = -1 ENOMEM
mremap(A, 4*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
load(B, 1)                                 = 0
v = vmsize()
w = v - n

@ MRE-54 an mseal and old hugepage addresses
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A, 2*PAGE, MADV_HUGEPAGE)          = 0
madvise(A, 2*PAGE, MADV_NOHUGEPAGE)        = 0
vmas(A, 2*PAGE)                            = 1
madvise(A, PAGE, MADV_HUGEPAGE)            = 0
vmas(A, 2*PAGE)                            = 2
madvise(A, PAGE, MADV_NOHUGEPAGE)          = 0
vmas(A, 2*PAGE)                            = 1

@ MRE-60 a move within a file map that leaves two views, locks on parts, and grown back
A = 0x100000000000
B = 0x100100000000
f = tmpfile(8*PAGE)
mmap(A, 8*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, f, 0) = A
mlock(A+2*PAGE, 2*PAGE)                    = 0
mremap(A+PAGE, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
locked()                                   = 8192
vmas(B, 4*PAGE)                            = 3
vmas(A, 8*PAGE)                            = 2
msync(B+PAGE, PAGE, MS_INVALIDATE)         = -1 EBUSY
msync(B, PAGE, MS_INVALIDATE)              = 0
mremap(B, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, A+16*PAGE) = A+16*PAGE
load(B, 1)                                 = 98
load(A+16*PAGE, 1)                         = 98
load(A+19*PAGE, 1)                         = 101
mremap(A+16*PAGE, PAGE, 3*PAGE, 0)         = -1 ENOMEM
mremap(A+16*PAGE, 4*PAGE, 6*PAGE, MREMAP_MAYMOVE) = -1 EFAULT
mremap(A+16*PAGE, 4*PAGE, 4*PAGE, 0)       = A+16*PAGE
mremap(A+16*PAGE, 5*PAGE, 5*PAGE, 0)       = A+16*PAGE
mremap(A+16*PAGE, 5*PAGE, 4*PAGE, 0)       = A+16*PAGE
mremap(A+16*PAGE, 5*PAGE, 5*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+32*PAGE) = A+32*PAGE
vmas(A+32*PAGE, 8*PAGE)                    = 3
vmas(A+16*PAGE, 8*PAGE)                    = 0
mremap(A+31*PAGE, 5*PAGE, 5*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+48*PAGE) = -1 EFAULT
perms(A+48*PAGE)                           = ""
perms(A+49*PAGE)                           = ""
mremap(A+64*PAGE, 5*PAGE, 5*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+80*PAGE) = -1 EFAULT
mremap(A+64*PAGE, 5*PAGE, 5*PAGE, MREMAP_MAYMOVE) = -1 EFAULT

@ MRE-62 several maps with one that may not move
A = 0x100000000000
B = 0x100100000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+PAGE
mmap(A+3*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A+3*PAGE
fill(A, 2*PAGE, 1)                         = 0
mmap(B, 8*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
mremap(A, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
perms(A)                                   = "rw-p"
perms(A+PAGE)                              = "rw-s"
perms(A+3*PAGE)                            = "r--p"
perms(B)                                   = "rw-p"
perms(B+PAGE)                              = "rw-s"
perms(B+2*PAGE)                            = "---p"
perms(B+3*PAGE)                            = "r--p"
load(A, 1)                                 = 0
load(B, 1)                                 = 1
mremap(A, 4*PAGE, 8*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = -1 EFAULT
mremap(A, 4*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = -1 EFAULT
perms(B)                                   = "rw-p"
perms(A)                                   = "rw-p"
mremap(A, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+2*PAGE) = -1 EINVAL
mremap(A+PAGE, 3*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+4*PAGE) = A+4*PAGE
start(A+6*PAGE)                            = A+6*PAGE
load(A+5*PAGE, 1)                          = SIGSEGV SEGV_MAPERR
start(A+6*PAGE)                            = A+6*PAGE
vmas(A, 8*PAGE)                            = 3

@ MRE-64 old sizes that are not whole, on borders
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 9)                         = 0
mremap(A, 3*PAGE+1, 4*PAGE, 0)             = A
mremap(A, 3*PAGE+1, 3*PAGE+1, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
vmas(A, 4*PAGE)                            = 0
mremap(B, PAGE+1, 1, 0)                    = B
vmas(B, 4*PAGE)                            = 2
perms(B+PAGE)                              = ""
mremap(B, 1, PAGE+1, MREMAP_DONTUNMAP|MREMAP_MAYMOVE) = -1 EINVAL
mremap(B, 1, PAGE, MREMAP_DONTUNMAP|MREMAP_MAYMOVE|MREMAP_FIXED, A) = A
load(A, 1)                                 = 9
load(B, 1)                                 = 0
mremap(A, PAGE, PAGE, MREMAP_DONTUNMAP|MREMAP_MAYMOVE|MREMAP_FIXED, A) = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_DONTUNMAP|MREMAP_MAYMOVE|MREMAP_FIXED, A+1) = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_DONTUNMAP|MREMAP_MAYMOVE|MREMAP_FIXED, TASK_SIZE) = -1 EINVAL
mremap(A+8*PAGE, PAGE, PAGE, MREMAP_DONTUNMAP|MREMAP_MAYMOVE|MREMAP_FIXED, B+8*PAGE) = -1 EFAULT
mremap(A+8*PAGE, PAGE, 2*PAGE, MREMAP_DONTUNMAP|MREMAP_MAYMOVE|MREMAP_FIXED, B+8*PAGE) = -1 EINVAL
mremap(A+8*PAGE, PAGE, 0, MREMAP_MAYMOVE|MREMAP_FIXED, B+8*PAGE) = -1 EINVAL
mremap(A+8*PAGE+1, PAGE, 0, 99)            = -1 EINVAL
mremap(A, 0, PAGE, MREMAP_DONTUNMAP|MREMAP_MAYMOVE) = -1 EINVAL
mremap(0, PAGE, PAGE, 0)                   = -1 EFAULT
mremap(-PAGE, PAGE, PAGE, 0)               = -1 EFAULT
mremap(-PAGE, 2*PAGE, PAGE, 0)             = -1 EFAULT
mremap(TASK_SIZE-PAGE, 2*PAGE, PAGE, 0)    = -1 EFAULT
mremap(TASK_SIZE, PAGE, 2*PAGE, MREMAP_MAYMOVE) = -1 EFAULT
