# What comparing random calls with the host's Linux (6.18, x86-64) found, each made as small as it got.

@ FND-01 a fixed address that looks like an error is the error
mmap(-9, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = -1 EBADF

@ FND-03 what is freed next to the end of user space is no place for others
munmap(TASK_SIZE-7*PAGE, PAGE) = 0
a = mmap(NULL, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = OK
a < TASK_SIZE-M = 1
store(a, 1, 1) = 0

@ FND-05 mremap looks for a map before it looks at where the old range ends
A = 0x100000000000
mremap(A+7*PAGE, 0x6fffffff9000, PAGE, 0) = -1 EFAULT
mremap(A+9*PAGE, 0xfffffffffffff000, PAGE, MREMAP_MAYMOVE) = -1 EFAULT
mmap(TASK_SIZE-4*PAGE, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = TASK_SIZE-4*PAGE
mremap(TASK_SIZE-2*PAGE, 3*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A) = -1 EFAULT
mremap(TASK_SIZE-4*PAGE, 5*PAGE, PAGE, 0) = -1 EINVAL
mremap(TASK_SIZE-2*PAGE, 5*PAGE, 5*PAGE, 0) = TASK_SIZE-2*PAGE
mremap(TASK_SIZE-2*PAGE, 5*PAGE, 5*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A) = A

@ FND-07 cutting off what leaves user space has cleared the destination by then
A = 0x100000000000
B = 0x100100000000
mmap(A, 2*PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, 3*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
mremap(B, 0xfffffffffffff000, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+PAGE) = -1 EINVAL
perms(A+PAGE) = ""
perms(A) = "r--s"

@ FND-09 a hole of the source leaves what lies in its place at the destination
A = 0x100000000000
mmap(A+2*PAGE, 9*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A+2*PAGE
mremap(A+10*PAGE, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+4*PAGE) = A+4*PAGE
perms(A+5*PAGE) = "rw-s"
perms(A+10*PAGE) = ""

@ FND-11 several maps and holes can be moved and stay, emptied
A = 0x100000000000
C = 0x100200000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
mmap(A+2*PAGE, PAGE, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A+2*PAGE
store(A, 1, 7) = 0
mremap(A, 4*PAGE, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, C) = C
load(C, 1) = 7
load(A, 1) = 0
perms(A+2*PAGE) = "r--s"
perms(C+2*PAGE) = "r--s"
perms(C+PAGE) = ""

@ FND-13 MADV_POPULATE_READ goes by what the map was made with
A = 0x100000000000
mmap(A, PAGE, PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
load(A, 1) = 0
madvise(A, PAGE, MADV_POPULATE_READ) = -1 EINVAL
r1 = memfd(PAGE) = OK
mmap(A, PAGE, PROT_WRITE, MAP_PRIVATE|MAP_FIXED, r1, PAGE) = A
madvise(A, PAGE, MADV_POPULATE_READ) = -1 EINVAL

@ FND-15 MAP_SYNC is refused by a file system on disk, whatever the type
r1 = tmpfile(PAGE) = OK
mmap(NULL, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_SYNC, r1, 0) = -1 EOPNOTSUPP
r2 = memfd(PAGE) = OK
mmap(NULL, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_SYNC, r2, 0) = OK

@ FND-17 mprotect looks for a map before it asks which way it grows
A = 0x100000000000
mprotect(A, PAGE, PROT_GROWSDOWN) = -1 ENOMEM
mprotect(A, PAGE, PROT_GROWSUP) = -1 ENOMEM

@ FND-19 seals: a descriptor that cannot write comes first
r1 = tmpfile(PAGE, O_RDONLY) = OK
fcntl(r1, F_ADD_SEALS, F_SEAL_WRITE) = -1 EPERM
A = 0x100000000000
r2 = memfd(PAGE, MFD_ALLOW_SEALING) = OK
fcntl(r2, F_ADD_SEALS, F_SEAL_WRITE) = 0
write(r2, A, PAGE) = -1 EPERM

@ FND-21 a map that was never touched forgets that it could be written
A = 0x100000000000
mmap(A+PAGE, 4*PAGE, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+PAGE
mprotect(A+4*PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
mprotect(A+PAGE, 4*PAGE, PROT_NONE) = 0
start(A+4*PAGE) = A+PAGE
vmas(A, 8*PAGE) = 1

@ FND-23 MAP_STACK keeps maps of files apart, too
C = 0x100200000000
r1 = memfd(PAGE) = OK
mmap(C, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE, r1, 0) = C
mmap(C+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_STACK, r1, PAGE) = C+PAGE
start(C+PAGE) = C+PAGE

@ FND-25 offsets that the file system could not hold can be mapped
r1 = tmpfile(PAGE) = OK
a = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, r1, 0x7fffffffffffe000) = OK
load(a, 1) = SIGBUS BUS_ADRERR
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, r1, 0x7ffffffffffff000) = -1 EOVERFLOW
mmap(NULL, PAGE, PROT_READ, 0, r1, 0x7fffffffffffe000) = -1 EINVAL

@ FND-27 a range that leaves user space is refused before the end of the file is looked at
r1 = tmpfile(PAGE) = OK
lseek(r1, PAGE, SEEK_SET) = PAGE
read(r1, TASK_SIZE-PAGE, 2*PAGE) = -1 EFAULT

@ FND-29 fallocate looks at the descriptor first
fallocate(-1, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 1358, 0) = -1 EBADF

@ FND-31 the break is not lowered into a hole
heap = brk(0)
brk(heap+9*PAGE) = heap+9*PAGE
munmap(heap+5*PAGE, 4*PAGE) = 0
brk(heap+7*PAGE) = heap+9*PAGE
brk(heap+4*PAGE) = heap+4*PAGE

@ FND-33 a second view in the place of the first finds nothing left to show
A = 0x100000000000
mmap(A+2*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A+2*PAGE
mremap(A+2*PAGE, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+2*PAGE) = -1 EFAULT
perms(A+2*PAGE) = ""

@ FND-35 populating does not grow the map above
A = 0x100000000000
mmap(A+5*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN|MAP_FIXED, -1, 0) = A+5*PAGE
madvise(A, PAGE, MADV_POPULATE_WRITE) = -1 ENOMEM

@ FND-37 PROT_GROWSDOWN starts where the first map of the range starts
B = 0x100100000000
mmap(B+2*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN, -1, 0) = B+2*PAGE
mprotect(B, 3*PAGE, PROT_GROWSDOWN) = 0
mmap(B+512*PAGE, 5*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN, -1, 0) = B+512*PAGE
mprotect(B+514*PAGE, PAGE, PROT_GROWSDOWN) = 0
perms(B+512*PAGE) = "---p"
perms(B+515*PAGE) = "rw-p"
