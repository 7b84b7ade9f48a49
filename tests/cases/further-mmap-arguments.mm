# mmap's arguments, further.

@ ARG-20 types
fd = tmpfile(2*PAGE)
mmap(NULL, PAGE, PROT_READ, 0, fd, 0)                          = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0)              = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_ANONYMOUS, -1, 0) = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, 4|MAP_ANONYMOUS, -1, 0)            = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, 5, fd, 0)                          = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, 8, fd, 0)                          = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = OK
mmap(NULL, PAGE, PROT_READ, 9|MAP_ANONYMOUS, -1, 0)            = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, 10|MAP_ANONYMOUS, -1, 0)           = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_NORESERVE, fd, 0) = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_GROWSDOWN, fd, 0) = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_LOCKED|MAP_POPULATE|MAP_STACK|MAP_DENYWRITE|MAP_EXECUTABLE|MAP_NONBLOCK, fd, 0) = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_32BIT, fd, 0) = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_UNINITIALIZED, fd, 0) = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|(1<<21), fd, 0) = -1 EOPNOTSUPP
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|(1<<21), fd, 0)        = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED|MAP_GROWSDOWN|MAP_ANONYMOUS, -1, 0) = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_GROWSDOWN, fd, 0)  = -1 EINVAL

@ ARG-22 offsets
A = 0x100000000000
fd = memfd(2*PAGE)
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 1)         = -1 EINVAL
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, PAGE-1)    = -1 EINVAL
mmap(A, 0, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 1)            = -1 EINVAL
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, 99, 1)         = -1 EINVAL
mmap(A, 0, PROT_READ, MAP_PRIVATE|MAP_FIXED, 99, 0)            = -1 EBADF
mmap(A, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, 99, 0) = -1 EINVAL
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 1) = -1 EINVAL
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, -PAGE)     = -1 EOVERFLOW
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, -2*PAGE)   = -1 EOVERFLOW
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 0x7ffffffffffff000) = -1 EOVERFLOW
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 0x7ffffffffffff000) = -1 EOVERFLOW
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 0x7fffffffffffe000) = A
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, 1<<63)     = -1 EOVERFLOW
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, fd, PAGE)      = A
load(A, 1)                                                     = 'b'
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, 99, PAGE) = A
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, 99, -PAGE) = A
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, 99, -PAGE) = A
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, 99, -PAGE) = A

@ ARG-24 lengths
A = 0x100000000000
mmap(NULL, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)     = -1 EINVAL
mmap(NULL, -1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)    = -1 ENOMEM
mmap(NULL, -PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM
mmap(NULL, TASK_SIZE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = -1 ENOMEM
mmap(NULL, TASK_SIZE+PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = -1 ENOMEM
mmap(A, TASK_SIZE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_NORESERVE, -1, 0) = -1 ENOMEM
mmap(A+1, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 EINVAL
mmap(A+1, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EINVAL
mmap(A+1, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)   = A
mmap(A, 1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
load(A+PAGE-1, 1)                                              = 0
mmap(TASK_SIZE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
mmap(TASK_SIZE-PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = OK
mmap(TASK_SIZE-PAGE, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
mmap(-PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 ENOMEM
mmap(-PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0
munmap(NULL, PAGE)                                             = 0
mmap(0x8000, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK

@ ARG-26 protections of all kinds
A = 0x100000000000
mmap(A, PAGE, -1, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)  = A
perms(A)                                                       = "rwxp"
mmap(A, PAGE, 0x80, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
perms(A)                                                       = "---p"
mmap(A, PAGE, PROT_GROWSUP|PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
perms(A)                                                       = "r--p"
mmap(A, PAGE, PROT_GROWSDOWN|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
perms(A)                                                       = "-w-p"
mmap(A, PAGE, PROT_SEM|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
perms(A)                                                       = "--xp"

@ ARG-28 descriptors of all modes
A = 0x100000000000
ro = tmpfile(PAGE, O_RDONLY)
wo = tmpfile(PAGE, O_WRONLY)
rw = tmpfile(PAGE, O_RDWR)
ap = tmpfile(PAGE, O_RDWR|O_APPEND)
mmap(A, PAGE, PROT_NONE, MAP_PRIVATE|MAP_FIXED, wo, 0)         = -1 EACCES
mmap(A, PAGE, PROT_WRITE, MAP_SHARED|MAP_FIXED, wo, 0)         = -1 EACCES
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, wo, 0)          = -1 EACCES
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, ro, 0) = A
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, ro, 0) = -1 EACCES
mmap(A, PAGE, PROT_WRITE, MAP_SHARED|MAP_FIXED, ro, 0)         = -1 EACCES
mmap(A, PAGE, PROT_EXEC, MAP_SHARED|MAP_FIXED, ro, 0)          = A
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, ap, 0) = A
store(A, 1, 'S')                                               = 0
pa = open(".", O_RDONLY|O_DIRECTORY)
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, pa, 0)         = -1 ENODEV
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, 0-5, 0)        = -1 EBADF
close(ro)                                                      = 0
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, ro, 0)         = -1 EBADF
load(A, 1)                                                     = 83

@ ARG-30 a descriptor that is only a path
f = open("name", O_RDWR|O_CREAT, 0600)
ftruncate(f, PAGE)                                             = 0
o = open("name", O_PATH)
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, o, 0)                 = -1 EBADF
read(o, 0x100000000000, 1)                                     = -1 EBADF
pread64(o, 1, 0)                                               = -1 EBADF
pwrite64(o, "a", 1, 0)                                         = -1 EBADF
ftruncate(o, 0)                                                = -1 EBADF
lseek(o, 0, SEEK_SET)                                          = -1 EBADF
fsync(o)                                                       = -1 EBADF
fstat_size(o)                                                  = PAGE
fallocate(o, 0, 0, PAGE)                                       = -1 EBADF
fcntl(o, F_GETFL)                                              = 512*PAGE
d = dup(o)
close(d)                                                       = 0
close(o)                                                       = 0
close(o)                                                       = -1 EBADF
fsync(o)                                                       = -1 EBADF

@ ARG-32 a refused fixed map leaves the old one
A = 0x100000000000
ro = tmpfile(PAGE, O_RDONLY)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A, 1, 5)                                                 = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, ro, 0) = -1 EACCES
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED, 77, 0)         = -1 EBADF
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_GROWSDOWN, ro, 0) = -1 EINVAL
mmap(A, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_FIXED|(1<<22), ro, 0) = -1 EOPNOTSUPP
mmap(A, 0, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = -1 EINVAL
mmap(A, PAGE, PROT_READ, MAP_FIXED|MAP_ANONYMOUS, -1, 0)       = -1 EINVAL
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED_NOREPLACE|MAP_ANONYMOUS, -1, 0) = -1 EEXIST
mmap(A-PAGE, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED_NOREPLACE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = -1 EEXIST
setrlimit(RLIMIT_AS, PAGE)                                     = 0
mmap(A, 2*PAGE, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM
load(A, 1)                                                     = 5

@ ARG-34 sync
fd = tmpfile(PAGE)
mm = memfd(PAGE)
mmap(NULL, PAGE, PROT_READ, MAP_SHARED|MAP_SYNC, fd, 0)        = -1 EOPNOTSUPP
mmap(NULL, PAGE, PROT_READ, MAP_SHARED|MAP_SYNC, mm, 0)        = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_SYNC, mm, 0) = -1 EOPNOTSUPP
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_SYNC, fd, 0)       = -1 EOPNOTSUPP
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_SYNC|MAP_ANONYMOUS, -1, 0) = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED|MAP_SYNC|MAP_ANONYMOUS, -1, 0) = OK
