# Growing down, signals and odds and ends, further.

@ GRW-20 how far
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
load(A-200*PAGE, 1)              = 0
start(A)                         = A-200*PAGE
vmas(A-200*PAGE, 201*PAGE)       = 1
resident(A-200*PAGE, PAGE)       = 1
mmap(A-300*PAGE, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A-300*PAGE
load(A-201*PAGE, 1)              = 0
load(A-299*PAGE, 1)              = 0
start(A)                         = A-299*PAGE
load(A-300*PAGE, 1)              = SIGSEGV SEGV_ACCERR
munmap(A-100*PAGE, PAGE)         = 0
load(A-100*PAGE, 1)              = 0
perms(A-100*PAGE)                = "rw-p"

@ GRW-22 protections
A = 0x100000000000
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
store(A-PAGE, 1, 1)              = SIGSEGV SEGV_ACCERR
start(A)                         = A-PAGE
load(A-2*PAGE, 1)                = 0
start(A)                         = A-2*PAGE
mmap(A, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
munmap(A-2*PAGE, 2*PAGE)         = 0
load(A-PAGE, 1)                  = SIGSEGV SEGV_ACCERR
start(A)                         = A-PAGE

@ GRW-24 the address space, data and locks
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
n = vmsize()
d = vmdata()
store(A-PAGE, 1, 1)              = 0
vmsize()                         = n+PAGE
vmdata()                         = d
setrlimit(RLIMIT_AS, n+2*PAGE)   = 0
store(A-2*PAGE, 1, 1)            = 0
store(A-3*PAGE, 1, 1)            = SIGSEGV SEGV_MAPERR
mlock(A, PAGE)                   = 0
setrlimit(RLIMIT_AS, RLIM_INFINITY) = 0
store(A-3*PAGE, 1, 1)            = 0
locked()                         = PAGE

@ GRW-26 hints and neighbours
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
x = mmap(A-256*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)
(x == A-256*PAGE)                = 0
y = mmap(A-257*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)
(y == A-257*PAGE)                = 1
load(A-PAGE, 1)                  = SIGSEGV SEGV_MAPERR
mprotect(A-257*PAGE, PAGE, PROT_NONE) = 0
load(A-PAGE, 1)                  = 0
mmap(A-PAGE-PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A-2*PAGE
load(A-2*PAGE, 1)                = 0
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A+PAGE
vmas(A, 2*PAGE)                  = 1

@ GRW-28 the kernel's access, populating, locking
A = 0x100000000000
fd = memfd(PAGE)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
read(fd, A-10, 20)               = 20
start(A)                         = A-PAGE
write(fd, A-3*PAGE, 1)           = 1
start(A)                         = A-3*PAGE
madvise(A-5*PAGE, PAGE, MADV_POPULATE_WRITE) = -1 ENOMEM
mlock(A-5*PAGE, PAGE)            = -1 ENOMEM
mprotect(A-5*PAGE, PAGE, PROT_READ) = -1 ENOMEM
start(A)                         = A-3*PAGE
mincore(A-5*PAGE, PAGE, A)       = -1 ENOMEM

@ SIG-20 which page decides
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mprotect(A+PAGE, PAGE, PROT_NONE) = 0
store(A+PAGE-4, 4, -1)           = 0
store(A+PAGE-4, 8, 0)            = SIGSEGV SEGV_ACCERR
fault_addr()                     = A+PAGE
load(A+PAGE-4, 4)                = 0xffffffff
load(A+2*PAGE-4, 8)              = SIGSEGV SEGV_ACCERR
fault_addr()                     = 0x100000001ffc
peek(A+PAGE-2, 4)                = SIGSEGV SEGV_ACCERR
fault_addr()                     = A+PAGE
poke(A+PAGE-2, "abcd")           = SIGSEGV SEGV_ACCERR
same(A+PAGE-2, 2, 'a')           = 0
fill(A, 2*PAGE, 7)               = SIGSEGV SEGV_ACCERR
fault_addr()                     = A+PAGE
load(A+PAGE-1, 1)                = 7
cas(A+PAGE, 8, 0, 1)             = SIGSEGV SEGV_ACCERR
load(TASK_SIZE-8, 8)             = SIGSEGV SEGV_MAPERR
fault_addr()                     = OK

@ RFP-20 remap_file_pages
A = 0x100000000000
fd = memfd(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
remap_file_pages(A, 2*PAGE, 0, 2, 0) = 0
load(A+PAGE, 1)                  = 'd'
remap_file_pages(A, PAGE, PROT_READ, 2, 0) = -1 EINVAL
remap_file_pages(A, 0, 0, 2, 0)  = -1 EINVAL
remap_file_pages(A+1, PAGE, 0, 2, 0) = 0
remap_file_pages(A, PAGE, 0, 100, 0) = 0
load(A, 1)                       = SIGBUS BUS_ADRERR
remap_file_pages(A, PAGE, 0, -1, 0) = -1 EINVAL
remap_file_pages(A+8*PAGE, PAGE, 0, 0, 0) = -1 EINVAL
remap_file_pages(A+3*PAGE, 2*PAGE, 0, 0, 0) = -1 EINVAL
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
remap_file_pages(A, PAGE, 0, 2, 0) = -1 EINVAL
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
remap_file_pages(A, PAGE, 0, 2, 0) = 0
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
remap_file_pages(A, PAGE, 0, 2, 0) = -1 EINVAL

@ PMA-20 process_madvise
A = 0x100000000000
B = 0x100100000000
P = getpid()
fd = pidfd_open(P, 0)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
fill(A, 4*PAGE, 1)               = 0
store(B, 8, A)                   = 0
store(B+8, 8, PAGE)              = 0
store(B+16, 8, A+2*PAGE)         = 0
store(B+24, 8, 2*PAGE)           = 0
process_madvise(fd, B, 2, MADV_COLD, 0)     = 3*PAGE
process_madvise(fd, B, 2, MADV_PAGEOUT, 0)  = 3*PAGE
process_madvise(fd, B, 2, MADV_WILLNEED, 0) = 3*PAGE
process_madvise(fd, B, 2, MADV_DONTNEED, 0) = 3*PAGE
load(A, 1)                       = 0
load(A+PAGE, 1)                  = 1
load(A+2*PAGE, 1)                = 0
process_madvise(fd, B, 2, MADV_COLD, 1)     = -1 EINVAL
process_madvise(fd, B, 0, MADV_COLD, 0)     = 0
process_madvise(fd, B, 2, 99, 0)            = -1 EINVAL
process_madvise(99, B, 2, MADV_COLD, 0)     = -1 EBADF
process_madvise(fd, A-PAGE, 2, MADV_COLD, 0) = -1 EFAULT
process_madvise(fd, B, 1025, MADV_COLD, 0)  = -1 EINVAL
process_madvise(fd, B, -1, MADV_COLD, 0)    = -1 EINVAL
store(B+16, 8, A+8*PAGE)         = 0
process_madvise(fd, B, 2, MADV_COLD, 0)     = PAGE
store(B, 8, A+1)                 = 0
process_madvise(fd, B, 2, MADV_COLD, 0)     = -1 EINVAL
m = memfd(PAGE)
process_madvise(m, B, 2, MADV_COLD, 0)      = -1 EBADF
pidfd_open(P, 1)                 = -1 EINVAL
pidfd_open(0, 0)                 = -1 EINVAL
pidfd_open(-1, 0)                = -1 EINVAL
C = fork()
store(B, 8, A)                   = 0
store(B+8, 8, PAGE)              = 0
cf = pidfd_open(C, 0)            = OK
process_madvise(cf, B, 1, MADV_COLD, 0)     = PAGE
process_madvise(cf, B, 1, MADV_DONTNEED, 0) = -1 EINVAL
process_madvise(cf, B, 1, MADV_WILLNEED, 0) = PAGE
[C] exit(0)
wait(C)                          = 0
process_madvise(cf, B, 1, MADV_COLD, 0)     = -1 ESRCH
pidfd_open(C, 0)                 = -1 ESRCH
