# brk, further.

@ BRK-20 bytes count, pages are mapped
b0 = brk(NULL)
b1 = (b0+PAGE-1)/PAGE*PAGE
brk(b1+1)                    = b1+1
brk(NULL)                    = b1+1
store(b1+PAGE-1, 1, 7)       = 0
load(b1+PAGE, 1)             = SIGSEGV SEGV_MAPERR
brk(b1+2)                    = b1+2
load(b1+PAGE-1, 1)           = 7
brk(b1)                      = b1
load(b1, 1)                  = SIGSEGV SEGV_MAPERR
brk(b1+PAGE)                 = b1+PAGE
load(b1+PAGE-1, 1)           = 0

@ BRK-22 a hole in the heap does not move the break
b0 = brk(NULL)
b1 = (b0+PAGE-1)/PAGE*PAGE
brk(b1+4*PAGE)               = b1+4*PAGE
munmap(b1+PAGE, PAGE)        = 0
brk(NULL)                    = b0+4*PAGE
load(b1+PAGE, 1)             = SIGSEGV SEGV_MAPERR
brk(b1+5*PAGE)               = b1+5*PAGE
store(b1+4*PAGE, 1, 1)       = 0
brk(b1)                      = b1
perms(b1+2*PAGE)             = ""

@ BRK-24 shrinking clears what was put there
b0 = brk(NULL)
b1 = (b0+PAGE-1)/PAGE*PAGE
brk(b1+4*PAGE)               = b1+4*PAGE
mmap(b1+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = b1+PAGE
perms(b1+PAGE)               = "r--s"
brk(b1+2*PAGE)               = b1+2*PAGE
perms(b1+PAGE)               = "r--s"
brk(b1)                      = b1
perms(b1+PAGE)               = ""

@ BRK-28 the heap in a child
b0 = brk(NULL)
b1 = (b0+PAGE-1)/PAGE*PAGE
brk(b1+2*PAGE)               = b1+2*PAGE
store(b1, 8, 5)              = 0
C = fork()
[C] brk(NULL)                = b1+2*PAGE
[C] brk(b1+3*PAGE)           = b1+3*PAGE
[C] store(b1, 8, 6)          = 0
[C] brk(b1)                  = b1
brk(NULL)                    = b1+2*PAGE
load(b1, 8)                  = 5
load(b1+2*PAGE, 1)           = SIGSEGV SEGV_MAPERR
[C] exit(3)
wait(C)                      = 3

@ BRK-30 locked by MCL_FUTURE
b0 = brk(NULL)
b1 = (b0+PAGE-1)/PAGE*PAGE
mlockall(MCL_FUTURE)         = 0
brk(b1+2*PAGE)               = b1+2*PAGE
resident(b1, 2*PAGE)         = 3
msync(b1, PAGE, MS_INVALIDATE) = -1 EBUSY
brk(b1)                      = b1
munlockall()                 = 0
brk(b1+2*PAGE)               = b1+2*PAGE
resident(b1, 2*PAGE)         = 0

@ BRK-32 the heap moved away
b0 = brk(NULL)
b1 = (b0+PAGE-1)/PAGE*PAGE
B = 0x100100000000
brk(b1+2*PAGE)               = b1+2*PAGE
fill(b1, 2*PAGE, 7)          = 0
mremap(b1, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
brk(NULL)                    = b0+2*PAGE
load(b1, 1)                  = SIGSEGV SEGV_MAPERR
brk(b1+PAGE)                 = b0+2*PAGE
brk(b1+3*PAGE)               = b0+3*PAGE
load(b1+2*PAGE, 1)           = 0
perms(b1)                    = ""
load(B+PAGE, 1)              = 7

@ BRK-34 the mapped neighbour of another kind
b0 = brk(NULL)
b1 = (b0+PAGE-1)/PAGE*PAGE
fd = tmpfile(PAGE)
mmap(b1+2*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED_NOREPLACE, fd, 0) = b1+2*PAGE
brk(b1+PAGE)                 = b0+PAGE
brk(b1+PAGE+1)               = b0+PAGE
brk(b1+2*PAGE)               = b0+PAGE
munmap(b1+2*PAGE, PAGE)      = 0
brk(b1+2*PAGE)               = b0+2*PAGE
mprotect(b1, PAGE, PROT_READ|PROT_WRITE|PROT_EXEC) = 0
brk(b1+3*PAGE)               = b0+3*PAGE
perms(b1+2*PAGE)             = "rw-p"
madvise(b1, 3*PAGE, MADV_DONTNEED) = 0

@ BRK-36 values of no use
b0 = brk(NULL)
brk(0)                       = b0
brk(TASK_SIZE)               = b0
brk(TASK_SIZE+PAGE)          = b0
brk(1<<63)                   = b0
brk(b0)                      = b0

@ BRK-40 the heap against limits, maps, locks and growth
b = brk(0)
x = brk(b+1)
y = x - b = 1
perms(b)                                   = "rw-p"
mmap(b+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = b+PAGE
x = brk(b+PAGE)
y = x - b = PAGE
x = brk(b+PAGE+1)
munmap(b+PAGE, PAGE)                       = 0
x = brk(b+2*PAGE)
y = x - b = 2*PAGE
vmas(b, 2*PAGE)                            = 1
mlockall(MCL_FUTURE)                       = 0
x = brk(b+3*PAGE)
resident(b, 3*PAGE)                        = 0x4
vmas(b, 3*PAGE)                            = 2
munlockall()                               = 0
vmas(b, 3*PAGE)                            = 1
mprotect(b, PAGE, PROT_READ)               = 0
x = brk(b+4*PAGE)
perms(b+3*PAGE)                            = "rw-p"
vmas(b, 4*PAGE)                            = 2
munmap(b+3*PAGE, PAGE)                     = 0
x = brk(b+5*PAGE)
y = x - b = 5*PAGE
perms(b+3*PAGE)                            = ""
perms(b+4*PAGE)                            = "rw-p"
x = brk(b+PAGE/2)
y = x - b = PAGE/2
perms(b)                                   = "r--p"
perms(b+PAGE)                              = ""
store(b, 1, 1)                             = SIGSEGV SEGV_ACCERR
x = brk(b)
y = x - b = 0
perms(b)                                   = ""
x = brk(b-1)
y = x - b = 0
x = brk(b+3*PAGE)
madvise(b, 3*PAGE, MADV_DONTFORK)          = 0
C = fork()
[C] perms(b)                               = ""
[C] x = brk(b+4*PAGE)
[C] perms(b+3*PAGE)                        = "rw-p"
y = x - b = 4*PAGE
[C] x = brk(b)
[C] perms(b+3*PAGE)                        = ""
[C] exit(0)
wait(C)                                    = 0
x = brk(b+4*PAGE)
vmas(b, 4*PAGE)                            = 2
mremap(b, 4*PAGE, 6*PAGE, 0)               = -1 EFAULT
x = brk(b+5*PAGE)
y = x - b = 5*PAGE
n = vmsize()
setrlimit(RLIMIT_AS, n)                    = 0
x = brk(b+4*PAGE+1)
y = x - b = 4*PAGE+1
x = brk(b+4*PAGE-1)
y = x - b = 4*PAGE-1
x = brk(b+4*PAGE)
y = x - b = 4*PAGE

@ BRK-50 the heap's own corners
b = brk(0)
x = brk(b+16*M)
y = x - b = 16*M
store(b+16*M-1, 1, 1)                      = 0
store(b+16*M, 1, 1)                        = SIGSEGV SEGV_MAPERR
z = fault_addr()
y = z - b = 16*M
x = brk(b+8*M)
x = brk(b+16*M)
load(b+16*M-1, 1)                          = 0
mprotect(b+4*M, PAGE, PROT_NONE)           = 0
x = brk(b)
y = x - b = 0
x = brk(b+5*M)
load(b+4*M, 1)                             = 0
madvise(b, 5*M, MADV_WIPEONFORK)           = 0
store(b, 1, 3)                             = 0
C = fork()
[C] load(b, 1)                             = 0
[C] x = brk(b+6*M)
[C] y = x - b = 6*M
[C] vmas(b, 6*M)                           = 2
[C] exit(0)
mmap(b+5*M+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = b+5*M+PAGE
x = brk(b+5*M+1)
y = x - b = 5*M
munmap(b+5*M+PAGE, PAGE)                   = 0
x = brk(-1)
y = x - b = 5*M
x = brk(TASK_SIZE)
y = x - b = 5*M
x = brk(TASK_SIZE-1)
y = x - b = 5*M
d = vmdata()
setrlimit(RLIMIT_DATA, d)                  = 0
x = brk(b+5*M+1)
y = x - b = 5*M
x = brk(b+5*M)
x = brk(b+5*M-PAGE)
y = x - b = 5*M-PAGE
x = brk(b+5*M)
setrlimit(RLIMIT_DATA, 0)                  = 0
x = brk(b+5*M-1)
x = brk(b+5*M+PAGE)
