# msync and mincore, further.

@ MSY-20 holes at every place
A = 0x100000000000
mmap(A+PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+PAGE
mmap(A+3*PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+3*PAGE
msync(A, 2*PAGE, MS_SYNC)        = -1 ENOMEM
msync(A+PAGE, 2*PAGE, MS_ASYNC)  = -1 ENOMEM
msync(A+PAGE, 3*PAGE, 0)         = -1 ENOMEM
msync(A+2*PAGE, PAGE, MS_SYNC)   = -1 ENOMEM
msync(A+PAGE, PAGE, 0)           = 0
msync(A, -1, MS_SYNC)            = 0
msync(A, -PAGE, MS_SYNC)         = -1 ENOMEM
msync(A, -2*PAGE, MS_SYNC)       = -1 ENOMEM
msync(-PAGE, PAGE, MS_SYNC)      = -1 ENOMEM
msync(TASK_SIZE, PAGE, MS_ASYNC) = -1 ENOMEM
msync(TASK_SIZE-PAGE, PAGE, 0)   = -1 ENOMEM
msync(TASK_SIZE, 0, 0)           = 0
mlock(A+3*PAGE, PAGE)            = 0
msync(A, 4*PAGE, MS_INVALIDATE)  = -1 EBUSY
msync(A, 4*PAGE, MS_ASYNC)       = -1 ENOMEM
msync(A, 5*PAGE, MS_SYNC|MS_INVALIDATE) = -1 EBUSY

@ MSY-22 a part of a file
A = 0x100000000000
fd = tmpfile(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
fill(A, 4*PAGE, 'x')             = 0
msync(A+PAGE, PAGE, MS_SYNC)     = 0
msync(A+2*PAGE, 1, MS_ASYNC)     = 0
msync(A, 4*PAGE, MS_INVALIDATE)  = 0
load(A, 1)                       = 'x'
pread64(fd, 2, 2*PAGE-1)         = "xx"
mprotect(A, PAGE, PROT_NONE)     = 0
msync(A, 4*PAGE, MS_SYNC)        = 0
mlock(A+2*PAGE, PAGE)            = 0
msync(A, 4*PAGE, MS_SYNC|MS_INVALIDATE) = -1 EBUSY
msync(A, 2*PAGE, MS_SYNC|MS_INVALIDATE) = 0

@ MSY-24 past the end of a file, and after it was closed
A = 0x100000000000
fd = tmpfile(PAGE)
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
store(A, 1, 'k')                 = 0
close(fd)                        = 0
msync(A, 3*PAGE, MS_SYNC)        = 0
msync(A+PAGE, 2*PAGE, MS_SYNC)   = 0
munmap(A, PAGE)                  = 0
msync(A, 3*PAGE, MS_SYNC)        = -1 ENOMEM

@ MIN-20 arguments
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
mincore(A+1, PAGE, B)            = -1 EINVAL
mincore(A, 0, NULL)              = 0
mincore(A, 0, -1)                = -1 EFAULT
mincore(A, PAGE, NULL)           = -1 EFAULT
mincore(A, PAGE, TASK_SIZE)      = -1 EFAULT
mincore(A, PAGE, -1)             = -1 EFAULT
mincore(A, -1, B)                = -1 ENOMEM
mincore(TASK_SIZE, PAGE, B)      = -1 ENOMEM
mincore(TASK_SIZE-PAGE, PAGE, B) = -1 ENOMEM
mincore(TASK_SIZE-PAGE, 2*PAGE, B) = -1 ENOMEM
mincore(-PAGE, PAGE, B)          = -1 ENOMEM
mincore(A, 5*PAGE, B)            = -1 ENOMEM
mincore(A, 4*PAGE, B+PAGE-2)     = -1 EFAULT
load(B+PAGE-1, 1)                = 0
mincore(A, 2*PAGE, B+PAGE-2)     = 0
mincore(A+4*PAGE, PAGE, NULL)    = -1 ENOMEM
mincore(A, 5*PAGE, NULL)         = -1 EFAULT
mincore(A, 1, B)                 = 0
mprotect(B, PAGE, PROT_READ)     = 0
mincore(A, PAGE, B)              = -1 EFAULT
mprotect(B, PAGE, PROT_WRITE)    = 0
mincore(A, PAGE, B)              = 0

@ MIN-22 what is resident
A = 0x100000000000
mmap(A, 6*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
resident(A, 6*PAGE)              = 0
store(A+PAGE, 1, 1)              = 0
load(A+3*PAGE, 1)                = 0
resident(A, 6*PAGE)              = 10
madvise(A, 6*PAGE, MADV_DONTNEED) = 0
resident(A, 6*PAGE)              = 0
madvise(A+2*PAGE, 2*PAGE, MADV_POPULATE_READ) = 0
resident(A, 6*PAGE)              = 12
madvise(A+4*PAGE, 2*PAGE, MADV_POPULATE_WRITE) = 0
resident(A, 6*PAGE)              = 60
mprotect(A, 6*PAGE, PROT_NONE)   = 0
resident(A, 6*PAGE)              = 60
munmap(A+2*PAGE, PAGE)           = 0
resident(A, 2*PAGE)              = 0
resident(A, 3*PAGE)              = -1 ENOMEM

@ MIN-24 files and shared memory
A = 0x100000000000
fd = memfd(2*PAGE)
ftruncate(fd, 4*PAGE)            = 0
mmap(A, 6*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
resident(A, 6*PAGE)              = 3
store(A+2*PAGE, 1, 1)            = 0
resident(A, 6*PAGE)              = 7
load(A+3*PAGE, 1)                = 0
resident(A, 6*PAGE)              = 15
C = fork()
[C] resident(A, 6*PAGE)          = 15
[C] exit(0)
wait(C)                          = 0
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A+PAGE, 1, 1)              = 0
resident(A, 4*PAGE)              = 2
madvise(A, 4*PAGE, MADV_DONTNEED) = 0
resident(A, 4*PAGE)              = 2
load(A, 1)                       = 0
resident(A, 4*PAGE)              = 3
D = fork()
[D] resident(A, 4*PAGE)          = 3
[D] exit(0)
wait(D)                          = 0
madvise(A, 2*PAGE, MADV_REMOVE)  = 0
resident(A, 4*PAGE)              = 0

@ MIN-40 mincore checks
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
fill(B, PAGE, 0xff)                        = 0
store(A, 1, 1)                             = 0
store(A+2*PAGE, 1, 1)                      = 0
mincore(A, 5*PAGE, B)                      = -1 ENOMEM
load(B, 4)                                 = 0x10001
load(B+4, 1)                               = 255
fill(B, PAGE, 0xff)                        = 0
mincore(A, 3*PAGE+1, B+PAGE-2)             = -1 EFAULT
load(B+PAGE-2, 2)                          = 1
mincore(A, 2*PAGE, B+PAGE-2)               = 0
mincore(A, 4*PAGE, 0)                      = -1 EFAULT
mincore(A, 0, 0)                           = 0
mincore(A, 0, TASK_SIZE)                   = 0
mincore(A, PAGE, TASK_SIZE)                = -1 EFAULT
mincore(A, PAGE, -1)                       = -1 EFAULT
mincore(A+1, 0, B)                         = -1 EINVAL
mincore(A+4*PAGE, PAGE, 0)                 = -1 ENOMEM
mincore(TASK_SIZE, 0, B)                   = 0
mincore(TASK_SIZE, PAGE, B)                = -1 ENOMEM
mincore(TASK_SIZE-PAGE, PAGE, B)           = -1 ENOMEM
mincore(-PAGE, PAGE, B)                    = -1 ENOMEM
mincore(-PAGE, 0, B)                       = -1 ENOMEM
mincore(A, -1, B)                          = -1 ENOMEM
mincore(A, TASK_SIZE-A, B)                 = -1 ENOMEM
mprotect(B, PAGE, PROT_READ)               = 0
mincore(A, PAGE, B)                        = -1 EFAULT
mincore(A+4*PAGE, PAGE, B)                 = -1 ENOMEM

@ MSY-40 mixed ranges
A = 0x100000000000
f = tmpfile(4*PAGE)
r = tmpfile(4*PAGE, O_RDONLY)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, f, 0) = A+PAGE
mmap(A+2*PAGE, PAGE, PROT_NONE, MAP_PRIVATE|MAP_FIXED, f, 0) = A+2*PAGE
mmap(A+3*PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, r, 0) = A+3*PAGE
mmap(A+5*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+5*PAGE
msync(A, 4*PAGE, MS_SYNC)                  = 0
msync(A, 4*PAGE, MS_ASYNC)                 = 0
msync(A, 4*PAGE, MS_INVALIDATE)            = 0
msync(A, 4*PAGE, MS_SYNC|MS_INVALIDATE)    = 0
msync(A, 6*PAGE, MS_SYNC)                  = -1 ENOMEM
msync(A, 6*PAGE, MS_ASYNC)                 = -1 ENOMEM
msync(A, 6*PAGE, 0)                        = -1 ENOMEM
msync(A+4*PAGE, PAGE, 0)                   = -1 ENOMEM
msync(A+4*PAGE, 2*PAGE, MS_SYNC)           = -1 ENOMEM
mlock(A+5*PAGE, PAGE)                      = 0
msync(A+4*PAGE, 2*PAGE, MS_INVALIDATE)     = -1 EBUSY
msync(A, 6*PAGE, MS_INVALIDATE)            = -1 EBUSY
msync(A, 5*PAGE, MS_INVALIDATE)            = -1 ENOMEM
msync(A+5*PAGE, 2*PAGE, MS_INVALIDATE)     = -1 EBUSY
msync(A+5*PAGE, 0, MS_INVALIDATE)          = 0
msync(A, -1, MS_SYNC)                      = 0
msync(A, -PAGE, MS_SYNC)                   = -1 ENOMEM
msync(-PAGE, PAGE, MS_SYNC)                = -1 ENOMEM
msync(-PAGE, PAGE+1, MS_SYNC)              = -1 ENOMEM
msync(-PAGE, 2*PAGE, MS_SYNC)              = -1 ENOMEM
msync(-PAGE+1, 0, MS_SYNC)                 = -1 EINVAL
msync(TASK_SIZE, PAGE, MS_SYNC)            = -1 ENOMEM
msync(TASK_SIZE, 0, MS_ASYNC)              = 0
mlock2(A+3*PAGE, PAGE, MLOCK_ONFAULT)      = 0
msync(A+3*PAGE, PAGE, MS_INVALIDATE)       = -1 EBUSY
ftruncate(f, 0)                            = 0
msync(A+PAGE, PAGE, MS_SYNC)               = 0
msync(A+PAGE, PAGE, 7)                     = -1 EINVAL
msync(A+1, PAGE, 7)                        = -1 EINVAL

@ MSY-50 files that ended below their maps
A = 0x100000000000
f = tmpfile(3*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, f, 0) = A
store(A+2*PAGE, 1, 'x')                    = 0
ftruncate(f, PAGE)                         = 0
msync(A, 4*PAGE, MS_SYNC)                  = 0
store(A+10, 1, 'y')                        = 0
msync(A+3*PAGE, PAGE, MS_SYNC)             = 0
msync(A, PAGE, MS_SYNC)                    = 0
byte(f, 10)                                = 121
close(f)                                   = 0
msync(A, 4*PAGE, MS_SYNC)                  = 0
msync(A, 4*PAGE, MS_ASYNC|MS_INVALIDATE)   = 0
load(A+10, 1)                              = 121
