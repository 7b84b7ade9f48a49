# munmap and maps, further.

@ MUN-20 arguments
A = 0x100000000000
munmap(A, 0)                     = -1 EINVAL
munmap(A+1, PAGE)                = -1 EINVAL
munmap(A, PAGE)                  = 0
munmap(A, -1)                    = -1 EINVAL
munmap(A, -PAGE)                 = -1 EINVAL
munmap(0, PAGE)                  = 0
munmap(TASK_SIZE-PAGE, PAGE)     = 0
munmap(TASK_SIZE, PAGE)          = -1 EINVAL
munmap(TASK_SIZE-PAGE, 2*PAGE)   = -1 EINVAL
munmap(-PAGE, PAGE)              = -1 EINVAL
munmap(A+1, 0)                   = -1 EINVAL

@ MUN-22 the middle, the ends, across several
A = 0x100000000000
mmap(A, 5*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 5*PAGE, 3)               = 0
munmap(A+2*PAGE, 1)              = 0
load(A+2*PAGE, 1)                = SIGSEGV SEGV_MAPERR
fault_addr()                     = A+2*PAGE
load(A+3*PAGE-1, 8)              = SIGSEGV SEGV_MAPERR
fault_addr()                     = 0x100000002fff
load(A+2*PAGE-1, 8)              = SIGSEGV SEGV_MAPERR
fault_addr()                     = A+2*PAGE
store(A+2*PAGE-4, 8, 0)          = SIGSEGV SEGV_MAPERR
load(A+2*PAGE-1, 1)              = 3
munmap(A+PAGE, 3*PAGE)           = 0
vmas(A, 5*PAGE)                  = 2
start(A+4*PAGE)                  = A+4*PAGE
mmap(A+PAGE, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+PAGE
vmas(A, 5*PAGE)                  = 1
same(A+PAGE, 3*PAGE, 0)          = 1
same(A, PAGE, 3)                 = 1

@ MUN-24 counts
A = 0x100000000000
n = vmsize()
d = vmdata()
mmap(A, 8*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A
vmsize()                         = n+8*PAGE
vmdata()                         = d+8*PAGE
locked()                         = 8*PAGE
munmap(A+2*PAGE, 2*PAGE)         = 0
vmsize()                         = n+6*PAGE
vmdata()                         = d+6*PAGE
locked()                         = 6*PAGE
mprotect(A, 2*PAGE, PROT_READ)   = 0
vmdata()                         = d+4*PAGE
mmap(A, 8*PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
vmsize()                         = n+8*PAGE
vmdata()                         = d
locked()                         = 0
munmap(A, 8*PAGE)                = 0
vmsize()                         = n

@ VMA-20 what keeps lines apart
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_NORESERVE, -1, 0) = A+PAGE
vmas(A, 2*PAGE)                  = 2
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_STACK, -1, 0) = A+PAGE
vmas(A, 2*PAGE)                  = 2
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A+PAGE
vmas(A, 2*PAGE)                  = 2
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A+PAGE
vmas(A, 2*PAGE)                  = 2
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_POPULATE, -1, 0) = A+PAGE
vmas(A, 2*PAGE)                  = 1

@ VMA-22 advice that shows
A = 0x100000000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A+PAGE, PAGE, MADV_DONTFORK)   = 0
vmas(A, 3*PAGE)                  = 3
madvise(A+PAGE, PAGE, MADV_DOFORK)     = 0
vmas(A, 3*PAGE)                  = 1
madvise(A+PAGE, PAGE, MADV_DONTDUMP)   = 0
vmas(A, 3*PAGE)                  = 3
madvise(A+PAGE, PAGE, MADV_DODUMP)     = 0
vmas(A, 3*PAGE)                  = 1
madvise(A+PAGE, PAGE, MADV_WIPEONFORK) = 0
vmas(A, 3*PAGE)                  = 3
madvise(A+PAGE, PAGE, MADV_KEEPONFORK) = 0
vmas(A, 3*PAGE)                  = 1
madvise(A+PAGE, PAGE, MADV_RANDOM)     = 0
vmas(A, 3*PAGE)                  = 3
madvise(A+PAGE, PAGE, MADV_SEQUENTIAL) = 0
vmas(A, 3*PAGE)                  = 3
madvise(A+PAGE, PAGE, MADV_WILLNEED)   = 0
vmas(A, 3*PAGE)                  = 3
madvise(A+PAGE, PAGE, MADV_NORMAL)     = 0
vmas(A, 3*PAGE)                  = 1
madvise(A+PAGE, PAGE, MADV_NOHUGEPAGE) = 0
vmas(A, 3*PAGE)                  = 3
madvise(A+PAGE, PAGE, MADV_HUGEPAGE)   = 0
vmas(A, 3*PAGE)                  = 3
madvise(A, 3*PAGE, MADV_HUGEPAGE)   = 0
vmas(A, 3*PAGE)                  = 1

@ VMA-24 files, with offsets that go on or do not
A = 0x100000000000
fd = tmpfile(8*PAGE)
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = A
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, PAGE) = A+PAGE
vmas(A, 2*PAGE)                  = 1
mmap(A+2*PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 3*PAGE) = A+2*PAGE
vmas(A, 3*PAGE)                  = 2
mmap(A+2*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 2*PAGE) = A+2*PAGE
vmas(A, 3*PAGE)                  = 2
du = dup(fd)
mmap(A+2*PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, du, 2*PAGE) = A+2*PAGE
vmas(A, 3*PAGE)                  = 1
mmap(A-PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = A-PAGE
vmas(A-PAGE, 4*PAGE)             = 2
perms(A)                         = "r--s"
perms(A+8*PAGE)                  = ""

@ MUN-40 boundaries
A = 0x100000000000
munmap(0, PAGE)                            = 0
munmap(TASK_SIZE, PAGE)                    = -1 EINVAL
munmap(TASK_SIZE-PAGE, PAGE)               = 0
munmap(TASK_SIZE-PAGE, PAGE+1)             = -1 EINVAL
munmap(A, 0)                               = -1 EINVAL
munmap(A+1, 0)                             = -1 EINVAL
munmap(A+1, PAGE)                          = -1 EINVAL
munmap(A, TASK_SIZE)                       = -1 EINVAL
munmap(A, TASK_SIZE-A+1)                   = -1 EINVAL
munmap(-PAGE, PAGE)                        = -1 EINVAL
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A
mmap(A+4*PAGE, 3*PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+4*PAGE
munmap(A+PAGE, 4*PAGE+1)                   = 0
locked()                                   = 4096
vmas(A, 8*PAGE)                            = 2
perms(A+6*PAGE)                            = "r--s"
munmap(A, 1)                               = 0
locked()                                   = 0
resident(A, PAGE)                          = -1 ENOMEM

@ VMA-40 merging again, in many ways
A = 0x100000000000
f = tmpfile(8*PAGE)
mmap(A, 2*PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, f, 0) = A
mmap(A+2*PAGE, 2*PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, f, 2*PAGE) = A+2*PAGE
vmas(A, 4*PAGE)                            = 1
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, f, PAGE) = A+PAGE
vmas(A, 4*PAGE)                            = 1
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, f, 0) = A+PAGE
vmas(A, 4*PAGE)                            = 3
mmap(A+4*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, f, 4*PAGE) = A+4*PAGE
vmas(A, 5*PAGE)                            = 4
g = dup(f)
mmap(A+5*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, g, 5*PAGE) = A+5*PAGE
vmas(A, 6*PAGE)                            = 4
mprotect(A+5*PAGE, PAGE, PROT_READ|PROT_EXEC) = 0
vmas(A+4*PAGE, 2*PAGE)                     = 2
mprotect(A+4*PAGE, PAGE, PROT_READ|PROT_EXEC) = 0
vmas(A+4*PAGE, 2*PAGE)                     = 1
madvise(A+4*PAGE, PAGE, MADV_RANDOM)       = 0
vmas(A+4*PAGE, 2*PAGE)                     = 2
madvise(A+4*PAGE, 2*PAGE, MADV_SEQUENTIAL) = 0
vmas(A+4*PAGE, 2*PAGE)                     = 1
madvise(A+5*PAGE, PAGE, MADV_NORMAL)       = 0
vmas(A+4*PAGE, 2*PAGE)                     = 2
mmap(A, 8*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A+PAGE, PAGE, MADV_DONTDUMP)       = 0
vmas(A, 8*PAGE)                            = 3
madvise(A+2*PAGE, PAGE, MADV_NOHUGEPAGE)   = 0
vmas(A, 8*PAGE)                            = 4
madvise(A+3*PAGE, PAGE, MADV_HUGEPAGE)     = 0
vmas(A, 8*PAGE)                            = 5
madvise(A+2*PAGE, PAGE, MADV_HUGEPAGE)     = 0
vmas(A, 8*PAGE)                            = 4
madvise(A, 8*PAGE, MADV_DODUMP)            = 0
vmas(A, 8*PAGE)                            = 3
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_NORESERVE, -1, 0) = A
vmas(A, 2*PAGE)                            = 1
mmap(A+2*PAGE, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+2*PAGE
vmas(A, 4*PAGE)                            = 2
mmap(A+2*PAGE, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_STACK, -1, 0) = A+2*PAGE
vmas(A, 4*PAGE)                            = 2

@ VMA-50 sizes that are counted
A = 0x100000000000
f = tmpfile(4*PAGE)
n = vmsize()
d = vmdata()
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, f, 0) = A
v = vmdata()
w = v - d = 4*PAGE
mprotect(A, PAGE, PROT_READ)               = 0
v = vmdata()
w = v - d = 3*PAGE
mmap(A+PAGE, PAGE, PROT_WRITE, MAP_SHARED|MAP_FIXED, f, 0) = A+PAGE
v = vmdata()
w = v - d = 2*PAGE
mmap(A+8*PAGE, 2*PAGE, PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A+8*PAGE
v = vmdata()
w = v - d = 2*PAGE
store(A+7*PAGE, 1, 1)                      = SIGSEGV SEGV_MAPERR
v = vmsize()
w = v - n = 6*PAGE
mremap(A+8*PAGE, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, A+16*PAGE) = A+16*PAGE
v = vmsize()
w = v - n = 8*PAGE
mremap(A+2*PAGE, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, A+32*PAGE) = A+32*PAGE
v = vmdata()
w = v - d = 4*PAGE
mmap(A+48*PAGE, PAGE, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+48*PAGE
v = vmdata()
w = v - d = 5*PAGE
mmap(A+49*PAGE, PAGE, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+49*PAGE
mmap(A+50*PAGE, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+50*PAGE
v = vmdata()
w = v - d = 5*PAGE
C = fork()
[C] v = vmdata()
w = v - d = 5*PAGE
[C] munmap(A, 64*PAGE)                     = 0
[C] v = vmdata()
w = v - d = 0
[C] v = vmsize()
w = v - n = 0
[C] exit(0)
wait(C)                                    = 0
