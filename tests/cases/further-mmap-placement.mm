# Where maps go, further.

@ PLC-20 hints
A = 0x100000000000
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)     = A
mmap(A+PAGE+5, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+PAGE
x = mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
(x == A)                                                       = 0
y = mmap(A-PAGE, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
(y == A-PAGE)                                                  = 0
mmap(A-PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A-PAGE
z = mmap(TASK_SIZE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
(z < TASK_SIZE)                                                = 1
w = mmap(-1, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
(w < TASK_SIZE)                                                = 1
v = mmap(1<<47, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
(v < TASK_SIZE)                                                = 1
munmap(A, PAGE)                                                = 0
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, -1, 0)      = A
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
vmas(A-PAGE, 3*PAGE)                                           = 1

@ PLC-22 the low 2 GiB
x = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT, -1, 0) = OK
(x < 2*G)                                                      = 1
y = mmap(NULL, 256*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT|MAP_NORESERVE, -1, 0) = OK
(y < 2*G)                                                      = 1
(y+256*M < 2*G+1)                                              = 1
mmap(NULL, 4*G, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT|MAP_NORESERVE, -1, 0) = -1 ENOMEM
A = 0x100000000000
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT|MAP_FIXED, -1, 0) = A
z = mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT, -1, 0) = OK
(z < 2*G)                                                      = 1
mmap(0x60000000, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT, -1, 0) = 0x60000000

@ PLC-24 NOREPLACE
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = A
mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST
mmap(A+2*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = A+2*PAGE
mmap(A-PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = A-PAGE
mmap(A-2*PAGE, 3*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST
mmap(A, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EINVAL
mmap(TASK_SIZE-PAGE, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 ENOMEM
fd = memfd(PAGE)
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED_NOREPLACE, fd, 0) = -1 EEXIST
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED_NOREPLACE, 99, 0) = -1 EBADF
mmap(A, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_FIXED_NOREPLACE, fd, 0) = -1 EEXIST
mprotect(A, PAGE, PROT_NONE)                                   = 0
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST

@ PLC-26 without a hint nothing is overlapped
a = mmap(NULL, 64*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
b = mmap(NULL, 64*PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = OK
(a < b+64*PAGE)&(b < a+64*PAGE)                                = 0
c = mmap(NULL, 3*G, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = OK
(c < b+64*PAGE)&(b < c+3*G)                                    = 0
(a+64*PAGE < TASK_SIZE)                                        = 1
(c & (PAGE-1))                                                 = 0
munmap(c, 3*G)                                                 = 0
vmas(c, 3*G)                                                   = 0

@ PLC-28 MAP_FIXED over several maps at once
A = 0x100000000000
fd = memfd(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
mmap(A+4*PAGE, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+4*PAGE
mlock(A+3*PAGE, 3*PAGE)                                        = 0
mmap(A+2*PAGE, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A+2*PAGE
locked()                                                       = 0
load(A+2*PAGE, 1)                                              = 'a'
load(A+PAGE, 1)                                                = 'b'
load(A+6*PAGE, 1)                                              = 0
vmas(A, 8*PAGE)                                                = 3
resident(A+6*PAGE, 2*PAGE)                                     = 1
