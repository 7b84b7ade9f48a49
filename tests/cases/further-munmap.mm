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
