# Anonymous memory: what a program sees of it.

@ MEM-1 maps, words and strings
A = mmap(NULL, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
load(A, 8)                               = 0
store(A, 8, 0x1122334455667788)          = OK
load(A, 8)                               = 0x1122334455667788
load(A, 4)                               = 0x55667788
load(A+1, 2)                             = 0x6677   # little-endian
poke(A+PAGE, "tab\there\0\x41\101\n")    = OK
peek(A+PAGE, 12)                         = "tab\there\0AA\n"
s = peek(A+PAGE, 3)
peek(A+PAGE, 3)                          = s
cas(A, 4, 0x55667788, 7)                 = 0x55667788
cas(A, 4, 0x55667788, 8)                 = 7
load(A, 8)                               = 0x1122334400000007

@ MEM-2 what is gone and what is forbidden
A = 0x100000000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 3*PAGE, 'x')                     = OK
munmap(A+PAGE, PAGE)                     = 0
load(A+PAGE, 1)                          = SIGSEGV SEGV_MAPERR
fault_addr()                             = A+PAGE
mprotect(A, PAGE, PROT_READ)             = 0
store(A, 1, 1)                           = SIGSEGV SEGV_ACCERR
same(A, PAGE, 'x')                       = 1
perms(A)                                 = "r--p"
perms(A+PAGE)                            = ""
munmap(A+1, PAGE)                        = -1 EINVAL (Invalid argument)
mprotect(A, 2*PAGE, PROT_READ)           = ANY
