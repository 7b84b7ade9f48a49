# mprotect, further.

@ MPR-20 arguments
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mprotect(A+1, PAGE, PROT_READ)           = -1 EINVAL
mprotect(A+1, 0, PROT_READ)              = -1 EINVAL
mprotect(A, 0, 0x80)                     = 0
mprotect(A, PAGE, 0x80)                  = -1 EINVAL
mprotect(A, PAGE, PROT_READ|PROT_SEM)    = 0
perms(A)                                 = "r--p"
mprotect(A, PAGE, PROT_SEM)              = 0
perms(A)                                 = "---p"
mprotect(A, PAGE, PROT_READ|PROT_GROWSUP) = -1 EINVAL
mprotect(A, PAGE, PROT_READ|PROT_GROWSDOWN) = -1 EINVAL
mprotect(A, PAGE, PROT_READ|PROT_GROWSDOWN|PROT_GROWSUP) = -1 EINVAL
mprotect(A, -1, PROT_READ)               = -1 ENOMEM
mprotect(A, -PAGE, PROT_READ)            = -1 ENOMEM
mprotect(TASK_SIZE-PAGE, PAGE, PROT_READ) = -1 ENOMEM
mprotect(TASK_SIZE, PAGE, PROT_READ)     = -1 ENOMEM
mprotect(TASK_SIZE-PAGE, 2*PAGE, PROT_READ) = -1 ENOMEM
mprotect(A, 0x7fffffffffffffff, PROT_READ) = -1 ENOMEM
mprotect(-PAGE, PAGE, PROT_READ)         = -1 ENOMEM
mprotect(-PAGE, 0, PROT_READ)            = 0
mprotect(A, 1, PROT_NONE)                = 0
perms(A)                                 = "---p"
perms(A+PAGE)                            = "r--p"

@ MPR-22 every protection as a program sees it
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A, 8, 99)                = 0
mprotect(A, PAGE, PROT_NONE)   = 0
load(A, 8)                     = SIGSEGV SEGV_ACCERR
store(A, 8, 1)                 = SIGSEGV SEGV_ACCERR
mprotect(A, PAGE, PROT_WRITE)  = 0
load(A, 8)                     = 'c'
store(A+8, 8, 1)               = 0
mprotect(A, PAGE, PROT_EXEC)   = 0
perms(A)                       = "--xp"
load(A, 8)                     = 'c'
store(A, 8, 1)                 = SIGSEGV SEGV_ACCERR
mprotect(A, PAGE, PROT_WRITE|PROT_EXEC) = 0
load(A, 8)                     = 'c'
perms(A)                       = "-wxp"
mprotect(A, PAGE, PROT_READ)   = 0
store(A, 8, 1)                 = SIGSEGV SEGV_ACCERR
cas(A, 8, 99, 1)               = SIGSEGV SEGV_ACCERR
cas(A, 8, 98, 1)               = SIGSEGV SEGV_ACCERR
load(A, 8)                     = 'c'

@ MPR-24 over several maps up to a hole
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+2*PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+2*PAGE
mmap(A+4*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+4*PAGE
mprotect(A+PAGE, 4*PAGE, PROT_NONE) = -1 ENOMEM
perms(A)                       = "rw-p"
perms(A+PAGE)                  = "---p"
perms(A+2*PAGE)                = "---s"
perms(A+4*PAGE)                = "r--p"
mprotect(A+3*PAGE, 2*PAGE, PROT_NONE) = -1 ENOMEM
perms(A+4*PAGE)                = "r--p"
mprotect(A+PAGE, 2*PAGE, PROT_READ|PROT_WRITE) = 0
vmas(A, 5*PAGE)                = 3

@ MPR-26 files
A = 0x100000000000
fd = tmpfile(2*PAGE, O_RDONLY)
mmap(A, 2*PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = A
mprotect(A, PAGE, PROT_WRITE)  = -1 EACCES
mprotect(A, PAGE, PROT_EXEC)   = 0
perms(A)                       = "--xs"
mprotect(A, 2*PAGE, PROT_READ|PROT_EXEC) = 0
vmas(A, 2*PAGE)                = 1
rw = tmpfile(2*PAGE)
mmap(A, 2*PAGE, PROT_NONE, MAP_SHARED|MAP_FIXED, rw, 0) = A
mprotect(A+PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
store(A+PAGE, 1, 'Q')          = 0
byte(rw, PAGE)                 = 81
mprotect(A+PAGE, PAGE, PROT_READ) = 0
store(A+PAGE, 1, 'R')          = SIGSEGV SEGV_ACCERR
fault_addr()                   = A+PAGE
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
mprotect(A, 2*PAGE, PROT_READ|PROT_WRITE) = 0
store(A, 1, 'P')               = 0
mprotect(A, 2*PAGE, PROT_READ) = 0
load(A, 1)                     = 80
load(A+PAGE, 1)                = 'b'

@ MPR-28 the private copy stays through PROT_NONE
A = 0x100000000000
fd = memfd(PAGE)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
store(A, 1, 'Z')               = 0
mprotect(A, PAGE, PROT_NONE)   = 0
pwrite64(fd, "Y", 1, 0)        = 1
mprotect(A, PAGE, PROT_READ)   = 0
load(A, 1)                     = 90

@ MPR-30 growing down
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
mprotect(A+2*PAGE, PAGE, PROT_READ|PROT_GROWSDOWN) = 0
perms(A)                       = "r--p"
perms(A+PAGE)                  = "r--p"
perms(A+2*PAGE)                = "r--p"
perms(A+3*PAGE)                = "rw-p"
load(A-PAGE, 1)                = 0
store(A-2*PAGE, 1, 1)          = SIGSEGV SEGV_ACCERR
start(A)                       = A-2*PAGE
mprotect(A-2*PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
store(A-4*PAGE, 1, 1)          = 0
start(A-4*PAGE)                = A-4*PAGE

@ MPR-32 locked memory that becomes writable is copied
A = 0x100000000000
fd = memfd(2*PAGE)
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
mlock(A, PAGE)                 = 0
mprotect(A, PAGE, PROT_READ|PROT_WRITE) = 0
pwrite64(fd, "W", 1, 0)        = 1
load(A, 1)                     = 'a'
mprotect(A+PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
pwrite64(fd, "W", 1, PAGE)     = 1
load(A+PAGE, 1)                = 87
locked()                       = PAGE

@ MPR-34 merging again
A = 0x100000000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mprotect(A+PAGE, PAGE, PROT_READ) = 0
vmas(A, 3*PAGE)                = 3
mprotect(A+PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
vmas(A, 3*PAGE)                = 1
mprotect(A, PAGE, PROT_NONE)   = 0
mprotect(A+PAGE, PAGE, PROT_NONE) = 0
vmas(A, 3*PAGE)                = 2

@ MPR-40 part of a range changed before the error
A = 0x100000000000
fd = tmpfile(4*PAGE, O_RDONLY)
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+2*PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 0) = A+2*PAGE
mmap(A+3*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+3*PAGE
mprotect(A+PAGE, 3*PAGE, PROT_READ|PROT_WRITE|PROT_EXEC) = -1 EACCES
perms(A)                                   = "rw-p"
perms(A+PAGE)                              = "rwxp"
perms(A+2*PAGE)                            = "r--s"
perms(A+3*PAGE)                            = "r--p"
mprotect(A, 5*PAGE, PROT_NONE)             = -1 ENOMEM
perms(A)                                   = "---p"
perms(A+3*PAGE)                            = "---p"
mprotect(A-PAGE, 3*PAGE, PROT_READ)        = -1 ENOMEM
perms(A)                                   = "---p"
mprotect(A, 4*PAGE, PROT_EXEC)             = 0
perms(A+2*PAGE)                            = "--xs"
mprotect(A, 4*PAGE, PROT_WRITE)            = -1 EACCES
perms(A)                                   = "-w-p"
perms(A+PAGE)                              = "-w-p"
perms(A+2*PAGE)                            = "--xs"
perms(A+3*PAGE)                            = "--xp"
vmas(A, 4*PAGE)                            = 3

@ MPR-42 unknown bits and growth bits
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mprotect(A, PAGE, 8)                       = 0
perms(A)                                   = "---p"
mprotect(A, PAGE, 16)                      = -1 EINVAL
mprotect(A, 0, 16)                         = 0
mprotect(A+1, PAGE, 16)                    = -1 EINVAL
mprotect(A, -1, 16)                        = -1 ENOMEM
mprotect(A, PAGE, PROT_GROWSDOWN|PROT_GROWSUP) = -1 EINVAL
mprotect(A, 0, PROT_GROWSDOWN|PROT_GROWSUP) = -1 EINVAL
mprotect(A, PAGE, PROT_GROWSUP|PROT_READ)  = -1 EINVAL
mprotect(A, PAGE, PROT_GROWSDOWN|PROT_READ) = -1 EINVAL
mprotect(A+PAGE, PAGE, PROT_GROWSDOWN|PROT_READ) = -1 ENOMEM
mprotect(A+PAGE, PAGE, PROT_GROWSUP|PROT_READ) = -1 ENOMEM
mprotect(A, 2*PAGE, PROT_READ|0x80000000)  = -1 EINVAL
mprotect(TASK_SIZE, PAGE, PROT_READ)       = -1 ENOMEM
mprotect(TASK_SIZE-PAGE, 2*PAGE, PROT_READ) = -1 ENOMEM
mprotect(-PAGE, PAGE, PROT_READ)           = -1 ENOMEM
mprotect(-PAGE, 2*PAGE, PROT_READ)         = -1 ENOMEM
mprotect(0, PAGE, PROT_READ)               = -1 ENOMEM
perms(A)                                   = "---p"

@ MPR-44 growing down, with PROT_GROWSDOWN
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A
store(A-3*PAGE, 1, 1)                      = 0
mprotect(A+2*PAGE, PAGE, PROT_READ|PROT_GROWSDOWN) = 0
perms(A-3*PAGE)                            = "r--p"
perms(A+2*PAGE)                            = "r--p"
perms(A+3*PAGE)                            = "rw-p"
start(A+3*PAGE)                            = A+3*PAGE
start(A)                                   = A-3*PAGE
store(A-4*PAGE, 1, 1)                      = SIGSEGV SEGV_ACCERR
start(A)                                   = A-4*PAGE
load(A-4*PAGE, 1)                          = 0
start(A)                                   = A-4*PAGE
mprotect(A-8*PAGE, PAGE, PROT_READ|PROT_WRITE|PROT_GROWSDOWN) = -1 ENOMEM
mprotect(A-8*PAGE, 5*PAGE, PROT_READ|PROT_WRITE|PROT_GROWSDOWN) = 0
perms(A-4*PAGE)                            = "rw-p"
mprotect(A+3*PAGE, PAGE, PROT_NONE|PROT_GROWSDOWN) = 0
perms(A+3*PAGE)                            = "---p"
perms(A)                                   = "r--p"
mprotect(A+3*PAGE, 2*PAGE, PROT_READ|PROT_GROWSDOWN) = -1 ENOMEM
perms(A+3*PAGE)                            = "r--p"
perms(A)                                   = "r--p"

@ MPR-46 write-only and execute-only memory for the kernel
A = 0x100000000000
fd = tmpfile(PAGE)
mmap(A, PAGE, PROT_EXEC, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
load(A, 1)                                 = 97
write(fd, A, 8)                            = 8
read(fd, A, 8)                             = -1 EFAULT
mprotect(A, PAGE, PROT_WRITE)              = 0
load(A, 1)                                 = 97
store(A, 1, 5)                             = 0
read(fd, A, 8)                             = 8
perms(A)                                   = "-w-p"
mprotect(A, PAGE, PROT_WRITE|PROT_EXEC)    = 0
perms(A)                                   = "-wxp"
load(A, 1)                                 = 97

@ MPR-48 data limit when made writable
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+4*PAGE, 2*PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+4*PAGE
d = vmdata()
setrlimit(RLIMIT_DATA, d+2*PAGE)           = 0
mprotect(A, 6*PAGE, PROT_READ|PROT_WRITE)  = -1 ENOMEM
perms(A)                                   = "r--p"
mprotect(A+4*PAGE, 2*PAGE, PROT_READ|PROT_WRITE) = 0
mprotect(A, 3*PAGE, PROT_READ|PROT_WRITE)  = -1 ENOMEM
mprotect(A, 2*PAGE, PROT_READ|PROT_WRITE)  = 0
v = vmdata()
w = v - d
mprotect(A+2*PAGE, PAGE, PROT_WRITE)       = -1 ENOMEM
mprotect(A, PAGE, PROT_NONE)               = 0
v = vmdata()
w = v - d
mprotect(A+2*PAGE, PAGE, PROT_WRITE)       = 0
mmap(A+8*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
mmap(A+8*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+8*PAGE
mmap(A+9*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_GROWSDOWN, -1, 0) = A+9*PAGE
v = vmdata()
w = v - d
mmap(A+2*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+2*PAGE
mmap(A+2*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+PAGE
v = vmdata()
w = v - d

@ PRO-40 shared file protection by descriptor, after fork, move, and second view
A = 0x100000000000
B = 0x100100000000
f = tmpfile(2*PAGE, O_RDONLY)
g = memfd(2*PAGE)
mmap(A, 2*PAGE, PROT_NONE, MAP_SHARED|MAP_FIXED, f, 0) = A
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
mprotect(B, PAGE, PROT_READ|PROT_WRITE)    = -1 EACCES
mprotect(B, PAGE, PROT_READ|PROT_EXEC)     = 0
mprotect(B, PAGE, PROT_WRITE)              = -1 EACCES
C = fork()
[C] mprotect(A+PAGE, PAGE, PROT_WRITE)     = -1 EACCES
[C] mprotect(A+PAGE, PAGE, PROT_READ)      = 0
[C] load(A+PAGE, 1)                        = 98
[C] exit(0)
load(A+PAGE, 1)                            = SIGSEGV SEGV_ACCERR
mmap(A, PAGE, PROT_WRITE, MAP_SHARED|MAP_FIXED, g, 0) = A
store(A, 1, 3)                             = 0
load(A, 1)                                 = 3
mprotect(A, PAGE, PROT_NONE)               = 0
byte(g, 0)                                 = 3
madvise(A, PAGE, MADV_DONTNEED)            = 0
mprotect(A, PAGE, PROT_READ|PROT_WRITE)    = 0
load(A, 1)                                 = 3
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, g, 0) = A
store(A, 1, 'p')                           = 0
mprotect(A, 2*PAGE, PROT_READ)             = 0
pwrite64(g, "w", 1, 0)                     = 1
pwrite64(g, "w", 1, PAGE)                  = 1
load(A, 1)                                 = 112
load(A+PAGE, 1)                            = 119
mprotect(A, 2*PAGE, PROT_READ|PROT_WRITE)  = 0
store(A+PAGE+1, 1, 1)                      = 0
pwrite64(g, "v", 1, PAGE)                  = 1
load(A+PAGE, 1)                            = 119
mprotect(A, 2*PAGE, PROT_EXEC)             = 0
load(A, 1)                                 = 112
mprotect(A, 2*PAGE, PROT_WRITE|PROT_EXEC)  = 0
store(A, 1, 1)                             = 0
perms(A)                                   = "-wxp"
