# Limits, locks, the heap and maps that grow down, where rules meet. Confirmed on Linux 6.18.

@ LAL-01 what a fixed map replaces is not counted twice
A = 0x100000000000
B = 0x100100000000
mmap(A, 10*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
n = vmsize()
setrlimit(RLIMIT_AS, n)                                                 = 0
mmap(A, 10*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A, 11*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
vmsize()                                                                = n
mremap(A, 10*PAGE, 10*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B)             = B   # a move adds nothing
mremap(B, 10*PAGE, 11*PAGE, MREMAP_MAYMOVE)                             = -1 ENOMEM
mremap(B, 10*PAGE, 5*PAGE, 0)                                           = B
munmap(B, PAGE)                                                         = 0
vmsize()                                                                = n-6*PAGE

@ LAL-02 a space that is above its limit already
A = 0x100000000000
B = 0x100100000000
mmap(A, 10*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
setrlimit(RLIMIT_AS, PAGE)                                              = 0
mmap(A, 10*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
mremap(A, 10*PAGE, 10*PAGE, 0)                                          = A
mremap(A, 10*PAGE, 10*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B)             = B
mremap(B, 10*PAGE, 5*PAGE, 0)                                           = B
munmap(B, PAGE)                                                         = 0

@ LAL-03 a second copy needs room, and its target is cleared even if there is none
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)   = A
n = vmsize()
setrlimit(RLIMIT_AS, n+3*PAGE)                                                      = 0
mremap(A, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP)                          = -1 ENOMEM
mmap(B, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)   = B
mremap(A, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B)          = -1 ENOMEM
vmas(B, 4*PAGE)                                                                     = 0
mremap(A, 4*PAGE, 6*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B)                           = B

@ LAL-04 a second view of a shared map counts
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
n = vmsize()
setrlimit(RLIMIT_AS, n+3*PAGE)                                                   = 0
mremap(A, 0, 4*PAGE, MREMAP_MAYMOVE)                                             = -1 ENOMEM
mremap(A, 0, 3*PAGE, MREMAP_MAYMOVE)                                             = OK

@ LAL-05 the limit of data looks at the difference in pages, whatever was replaced
A = 0x100000000000
B = 0x100100000000
mmap(A, 10*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)           = A
n = vmdata()
setrlimit(RLIMIT_DATA, n+4*PAGE)                                                  = 0
mmap(A, 10*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
vmdata()                                                                          = n+10*PAGE
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)   = -1 ENOMEM

@ LAL-06 a data limit of zero binds the heap only
A = 0x100000000000
b0 = brk(NULL)
setrlimit(RLIMIT_DATA, 0)                                                         = 0
mmap(A, 10*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
brk(b0+PAGE)                                                                      = b0

@ LAL-07 a space without room is not asked whether memory becomes data
A = 0x100000000000
mmap(A, 10*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
n = vmdata()
v = vmsize()
setrlimit(RLIMIT_DATA, n+4*PAGE)                                        = 0
setrlimit(RLIMIT_AS, v+3*PAGE)                                          = 0
mprotect(A, 8*PAGE, PROT_READ|PROT_WRITE)                               = 0

@ LAL-08 ranges of mlock
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mlock(TASK_SIZE-PAGE, 2*PAGE)  = -1 ENOMEM
mlock(A, 1<<47)                = -1 ENOMEM
locked()                       = 2*PAGE
munlock(TASK_SIZE, PAGE)       = -1 ENOMEM
mlock(A, -8192)                = -1 EINVAL
munlock(A, -8192)              = -1 EINVAL
mlock(A, -1)                   = 0
munlock(A, 2*PAGE)             = 0
mlock(A+1, 0)                  = 0   # rounds outwards
locked()                       = PAGE
mlock(B, 0)                    = 0
mlock(B+1, 0)                  = -1 ENOMEM
mlock2(A, PAGE, 2)             = -1 EINVAL

@ LAL-09 a limit of zero
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mlock(A, PAGE)                                                                    = 0
dropcap(CAP_IPC_LOCK)                                                             = 0
setrlimit(RLIMIT_MEMLOCK, 0)                                                      = 0
mlock(A, 0)                                                                       = -1 EPERM
mlock(B, PAGE)                                                                    = -1 EPERM
mlock(A, PAGE)                                                                    = -1 EPERM
mlock2(A, PAGE, 4)                                                                = -1 EINVAL
mlockall(0)                                                                       = -1 EINVAL
mlockall(MCL_FUTURE)                                                              = -1 EPERM
mmap(B, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED, -1, 0)             = -1 EPERM
mmap(B+1, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = -1 EINVAL
mmap(B, PAGE, PROT_READ, MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0)               = -1 EPERM
mremap(A, PAGE, 4*PAGE, MREMAP_MAYMOVE)                                           = -1 EAGAIN
munlock(A, PAGE)                                                                  = 0
munlockall()                                                                      = 0

@ LAL-10 holes count against the limit, what is replaced makes no room, parts of a page are none
A = 0x100000000000
B = 0x100100000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)   = B
dropcap(CAP_IPC_LOCK)                                                             = 0
setrlimit(RLIMIT_MEMLOCK, 2*PAGE+100)                                             = 0
mlock(A, 3*PAGE)                                                                  = -1 ENOMEM
mlock(A, 2*PAGE)                                                                  = 0
setrlimit(RLIMIT_MEMLOCK, 4*PAGE)                                                 = 0
mlock(B, 3*PAGE)                                                                  = -1 ENOMEM
locked()                                                                          = 2*PAGE
mlock(B, 2*PAGE)                                                                  = -1 ENOMEM
locked()                                                                          = 3*PAGE
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = -1 EAGAIN

@ LAL-11 locking when touched
A = 0x100000000000
B = 0x100100000000
mlockall(MCL_FUTURE|MCL_ONFAULT)                                                  = 0
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
locked()                                                                          = 4*PAGE
resident(A, 4*PAGE)                                                               = 0
store(A, 1, 1)                                                                    = OK
resident(A, 4*PAGE)                                                               = 1
msync(A, PAGE, MS_INVALIDATE)                                                     = -1 EBUSY
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = B
resident(B, PAGE)                                                                 = 0
mlock(A, 2*PAGE)                                                                  = 0
resident(A, 4*PAGE)                                                               = 3
vmas(A, 4*PAGE)                                                                   = 2

@ LAL-12 mlockall fills what it can
A = 0x100000000000
B = 0x100100000000
mmap(A, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)                 = A
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+PAGE
mlockall(MCL_CURRENT)                                                                = 0
resident(A, 2*PAGE)                                                                  = 2
mlockall(MCL_ONFAULT)                                                                = -1 EINVAL
mlockall(8)                                                                          = -1 EINVAL
mlockall(MCL_FUTURE)                                                                 = 0
msync(A+PAGE, PAGE, MS_INVALIDATE)                                                   = -1 EBUSY
mlockall(MCL_CURRENT)                                                                = 0   # ends MCL_FUTURE
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)      = B
msync(B, PAGE, MS_INVALIDATE)                                                        = 0

@ LAL-13 the heap after MCL_FUTURE, and where nothing of it is left
b0 = brk(NULL)
b = (b0+PAGE-1)/PAGE*PAGE
mlockall(MCL_FUTURE)                                                               = 0
brk(b+4*PAGE)                                                                      = b+4*PAGE
locked()                                                                           = 4*PAGE
resident(b, 4*PAGE)                                                                = 15
munlockall()                                                                       = 0
munmap(b, 4*PAGE)                                                                  = 0
brk(b)                                                                             = b+4*PAGE   # nothing to cut
mmap(b+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)          = b+PAGE
brk(b)                                                                             = b
vmas(b, 4*PAGE)                                                                    = 0

@ LAL-14 the heap keeps the gap of a map that grows down
b0 = brk(NULL)
b = (b0+PAGE-1)/PAGE*PAGE
mmap(b+300*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = b+300*PAGE
brk(b+44*PAGE)                                                                     = b0
brk(b+43*PAGE)                                                                     = b+43*PAGE

@ LAL-15 growth: neighbours that nothing may access, locks, data
A = 0x100000000000
d = vmdata()
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
mmap(A-10*PAGE, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)                    = A-10*PAGE
vmdata()               = d
store(A-9*PAGE, 1, 1)  = OK
start(A)               = A-9*PAGE
store(A-10*PAGE, 1, 1) = SIGSEGV SEGV_ACCERR
mlock(A-9*PAGE, 11*PAGE) = 0
locked()               = 11*PAGE

@ LAL-16 growth comes before the protection
A = 0x100000000000
mmap(A, 2*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
store(A-PAGE, 1, 1) = SIGSEGV SEGV_ACCERR
start(A)            = A-PAGE
mmap(A+M, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = -1 EINVAL

@ LAL-17 only the touched page of a locked map is filled
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN|MAP_LOCKED, -1, 0) = A
store(A-3*PAGE, 1, 1)       = OK
locked()                    = 4*PAGE
resident(A-3*PAGE, 4*PAGE)  = 9

@ LAL-18 PROT_GROWSDOWN
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
mprotect(A+2*PAGE, PAGE, PROT_READ|PROT_GROWSDOWN)   = 0
perms(A)                                             = "r--p"
perms(A+3*PAGE)                                      = "rw-p"
mprotect(B, PAGE, PROT_READ|PROT_GROWSDOWN)          = -1 ENOMEM
mmap(B, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
mprotect(B, PAGE, PROT_READ|PROT_GROWSDOWN)          = -1 EINVAL
mprotect(B, PAGE, PROT_READ|PROT_GROWSUP)            = -1 EINVAL
mprotect(B+4*PAGE, PAGE, PROT_GROWSUP)               = -1 ENOMEM
mprotect(B+4*PAGE, PAGE, PROT_GROWSUP|PROT_GROWSDOWN) = -1 EINVAL
mprotect(A-2*PAGE, 3*PAGE, PROT_NONE|PROT_GROWSDOWN) = 0   # from the map's start on
perms(A)                                             = "---p"
perms(A+PAGE)                                        = "r--p"
mprotect(A-5*PAGE, 2*PAGE, PROT_READ|PROT_GROWSDOWN) = -1 ENOMEM

@ LAL-19 limits of growth
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
mprotect(A, PAGE, PROT_READ)         = 0
setrlimit(RLIMIT_STACK, 3*PAGE+100)  = 0
load(A-2*PAGE, 1)                    = 0
load(A-3*PAGE, 1)                    = SIGSEGV SEGV_MAPERR
v = vmsize()
setrlimit(RLIMIT_STACK, 1*G)         = 0
setrlimit(RLIMIT_AS, v+2*PAGE)       = 0
load(A-5*PAGE, 1)                    = SIGSEGV SEGV_MAPERR
load(A-4*PAGE, 1)                    = 0

@ LAL-20 hints keep the gap, growing into it is allowed
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
mmap(A-257*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)                           = A-257*PAGE
x = mmap(A-256*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)                       = OK
(x == A-256*PAGE)                                                                             = 0
mremap(A-257*PAGE, PAGE, 3*PAGE, 0)                                                           = A-257*PAGE

@ LAL-21 limits are inherited, locks and MCL_FUTURE are not
A = 0x100000000000
B = 0x100100000000
mlockall(MCL_FUTURE) = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
n = vmsize()
setrlimit(RLIMIT_AS, n+2*PAGE) = 0
C = fork()
[C] locked() = 0
[C] mmap(B, 3*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
[C] mmap(B, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
[C] locked() = 0
[C] exit(0)
wait(C) = 0
locked() = PAGE
mmap(B, 3*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
mmap(B, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B

@ LAL-22 a child's stack grows
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
C = fork()
[C] store(A-3*PAGE, 1, 1) = OK
[C] start(A) = A-3*PAGE
[C] x = mmap(A-4*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
(x == A-4*PAGE) = 0
[C] exit(0)
wait(C) = 0
start(A) = A

@ LAL-23 locked memory that becomes writable is filled
A = 0x100000000000
mmap(A, 3*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mlock(A, 2*PAGE) = -1 ENOMEM
mprotect(A, PAGE, PROT_READ) = 0
resident(A, 3*PAGE) = 0
mprotect(A, 3*PAGE, PROT_READ|PROT_WRITE) = 0
resident(A, 3*PAGE) = 3

@ LAL-24 unless it is locked when touched; a second copy takes the lock along
A = 0x100000000000
B = 0x100100000000
mmap(A, 3*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mlock2(A, 2*PAGE, MLOCK_ONFAULT) = 0
mprotect(A, 3*PAGE, PROT_READ|PROT_WRITE) = 0
resident(A, 3*PAGE) = 0
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = B
msync(A, PAGE, MS_INVALIDATE) = 0
msync(B, PAGE, MS_INVALIDATE) = -1 EBUSY
