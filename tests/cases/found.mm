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

@ FND-39 over the limit of locked memory comes before the range, be it wrapped, empty or none
A = 0x100000000000
dropcap(CAP_IPC_LOCK) = 0
mmap(A+4*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_LOCKED, -1, 0) = A+4*PAGE
setrlimit(RLIMIT_MEMLOCK, PAGE) = 0
mlock(A+5*PAGE, 0) = -1 ENOMEM
mlock(-9, PAGE) = -1 ENOMEM
mlock2(A+10*PAGE, 0xfffffffffffff000, MLOCK_ONFAULT) = -1 ENOMEM
mlock(TASK_SIZE-PAGE, 2*PAGE) = -1 ENOMEM
munlock(-9, PAGE) = -1 EINVAL
munlock(A+4*PAGE, 2*PAGE) = 0
mlock(A+5*PAGE, 0) = 0
mlock(A+5*PAGE, PAGE) = 0

@ FND-41 a copy of several maps needs room for the maps alone, one after the other
A = 0x100000000000
B = 0x100100000000
mmap(A+3*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+3*PAGE
n = vmsize()
setrlimit(RLIMIT_AS, n+PAGE) = 0
mremap(A+3*PAGE, 5*PAGE, 5*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B+11*PAGE) = B+11*PAGE
munmap(B+11*PAGE, PAGE) = 0
mprotect(A+3*PAGE, PAGE, PROT_READ) = 0
setrlimit(RLIMIT_AS, n+3*PAGE) = 0
mmap(A+5*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+5*PAGE
mremap(A+3*PAGE, 5*PAGE, 5*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B) = -1 ENOMEM
perms(B) = "r--p"
perms(B+2*PAGE) = ""

@ FND-43 the limits come before what the file system says of MAP_SYNC, and what was replaced is gone then
A = 0x100000000000
mmap(A+5*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+5*PAGE
n = vmsize()
r = tmpfile(PAGE) = OK
setrlimit(RLIMIT_AS, n) = 0
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_SYNC, r, 0) = -1 ENOMEM
mmap(A+5*PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_SYNC|MAP_FIXED, r, 0) = -1 EOPNOTSUPP
perms(A+5*PAGE) = ""

@ FND-45 what maps stored behind the end of a file in memory shows when it grows
A = 0x100000000000
r = memfd(100) = OK
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, r, 0) = A
store(A+200, 4, 7) = 0
store(A+1200, 4, 8) = 0
ftruncate(r, 1000) = 0
load(A+200, 4) = 7
byte(r, 200) = 7
fallocate(r, 0, 0, 2*PAGE) = 0
load(A+1200, 4) = 8
ftruncate(r, 100) = 0
load(A+200, 4) = 0
store(A+300, 4, 9) = 0
fallocate(r, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0, 100) = 0
load(A+300, 4) = 9
fallocate(r, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 50, PAGE) = 0
load(A+300, 4) = 0

@ FND-47 a write that cannot read the program's memory has made the file as long as up to its place
C = 0x100200000000
r = memfd(100) = OK
lseek(r, 5000, SEEK_SET) = 5000
write(r, C, 10) = -1 EFAULT
fstat_size(r) = 5000
lseek(r, 50, SEEK_SET) = 50
write(r, C, 10) = -1 EFAULT
fstat_size(r) = 5000
s = tmpfile(100) = OK
lseek(s, 5000, SEEK_SET) = 5000
write(s, C, 10) = -1 EFAULT
fstat_size(s) = 5000
byte(s, 4999) = 0

@ FND-49 a seal against growth lets a write fill the last page that is there
A = 0x100000000000
r = memfd(2*PAGE+100, MFD_ALLOW_SEALING) = OK
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
fcntl(r, F_ADD_SEALS, F_SEAL_GROW) = 0
lseek(r, PAGE+50, SEEK_SET) = PAGE+50
write(r, A, 2*PAGE) = PAGE-50
fstat_size(r) = 2*PAGE+100
write(r, A, PAGE) = -1 EPERM

@ FND-51 asking what is resident needs no room
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
store(A, 1, 1) = 0
setrlimit(RLIMIT_AS, 0) = 0
resident(A, PAGE) = 1

@ FND-53 a hole in the last page spares what lies behind the end, unless it reaches beyond it
A = 0x100000000000
r = tmpfile(3*PAGE+100) = OK
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, r, 0) = A
store(A+3*PAGE+200, 4, 7) = 0
fallocate(r, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0, PAGE) = 0
fallocate(r, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 3*PAGE+10, 90) = 0
load(A+3*PAGE+200, 4) = 7
fallocate(r, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 3*PAGE+10, PAGE) = 0
load(A+3*PAGE+200, 4) = 0

@ FND-55 of a file in memory reading makes no pages, and a write that fails makes one
A = 0x100000000000
C = 0x100200000000
r = memfd(0) = OK
ftruncate(r, 4*PAGE) = 0
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, r, 0) = A
byte(r, 2*PAGE) = 0
resident(A, 4*PAGE) = 0
lseek(r, PAGE, SEEK_SET) = PAGE
write(r, C, 10) = -1 EFAULT
resident(A, 4*PAGE) = 2

@ FND-57 what reaches beyond user space is locked up to there and not filled
mmap(TASK_SIZE-2*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = TASK_SIZE-2*PAGE
mlock(TASK_SIZE-2*PAGE, 3*PAGE) = -1 ENOMEM
msync(TASK_SIZE-2*PAGE, PAGE, MS_INVALIDATE) = -1 EBUSY
resident(TASK_SIZE-2*PAGE, 2*PAGE) = 0
munlock(TASK_SIZE-2*PAGE, 3*PAGE) = -1 ENOMEM
msync(TASK_SIZE-2*PAGE, PAGE, MS_INVALIDATE) = 0

@ FND-59 a write of what only its own growth makes readable
A = 0x100000000000
r = memfd(0) = OK
lseek(r, 2*PAGE, SEEK_SET) = 2*PAGE
mmap(A+2*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE, r, 0) = A+2*PAGE
write(r, A+3*PAGE, PAGE) = PAGE

@ FND-61 how a lock came about does not keep maps of a child apart
A = 0x100000000000
r = tmpfile(PAGE) = OK
mmap(A+8*PAGE, 2*PAGE, PROT_READ|PROT_EXEC, MAP_SHARED, r, PAGE) = A+8*PAGE
mlock2(A+8*PAGE, PAGE, MLOCK_ONFAULT) = 0
c = fork() = OK
[c] mprotect(A+8*PAGE, 2*PAGE, PROT_READ|PROT_WRITE) = 0
[c] start(A+9*PAGE) = A+8*PAGE

@ FND-63 what is moved and stays takes a place that is not fixed as a hint, and it is checked as one that is
A = 0x100000000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, A+64*PAGE) = A+64*PAGE
a = mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, A+2*PAGE) = OK
a == A+2*PAGE = 0
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, A+65) = -1 EINVAL
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, 1<<47) = -1 EINVAL
mremap(A, 2*PAGE, 2*PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, A+PAGE) = -1 EINVAL

@ FND-65 growing a locked map fills what it grows by, and no more
A = 0x100000000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A
mlock(A+2*PAGE, 2*PAGE) = -1 ENOMEM
mremap(A+2*PAGE, PAGE, 2*PAGE, 0) = A+2*PAGE
resident(A+2*PAGE, PAGE) = 0

@ FND-67 cutting off what wraps finds nothing where the destination was the source
A = 0x100000000000
mmap(A, 5*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
mremap(A, 0xfffffffffffff000, 4*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A) = -1 EFAULT
perms(A) = ""

@ FND-69 a file system on disk knows MAP_SYNC, so the rights come before its refusal
A = 0x100000000000
r = tmpfile(PAGE, O_RDONLY) = OK
mmap(A+8*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED_VALIDATE|MAP_SYNC, r, PAGE) = -1 EACCES
mmap(A+8*PAGE, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_SYNC, r, PAGE) = -1 EOPNOTSUPP
m = memfd(PAGE) = OK
mmap(A+8*PAGE, PAGE, PROT_READ, MAP_SHARED_VALIDATE|MAP_SYNC, m, PAGE) = -1 EOPNOTSUPP

@ FND-71 locking fills what may be dropped and does not lock it
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = A
mlock(A, PAGE) = 0
resident(A, 2*PAGE) = 1
locked() = 0
mmap(A+2*PAGE, PAGE, PROT_NONE, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = A+2*PAGE
mlock2(A+2*PAGE, PAGE, 0) = -1 ENOMEM

@ FND-73 a second view grows by all of its length, whatever it replaces
A = 0x100000000000
B = 0x100100000000
mmap(A+PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A+PAGE
n = vmsize()
setrlimit(RLIMIT_AS, n+PAGE) = 0
mremap(A+PAGE, 0, 2*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+PAGE) = -1 ENOMEM
perms(A+PAGE) = "rw-s"
mmap(B+11*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = B+11*PAGE
mremap(B+11*PAGE, 0, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, A+2*PAGE) = -1 ENOMEM

@ FND-75 MADV_REMOVE behind the largest file of a file system on disk is too large, and of a file in memory is not
A = 0x100000000000
r = tmpfile(PAGE) = OK
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, r, 0xfffffffe000) = A
madvise(A, PAGE, MADV_REMOVE) = 0
madvise(A, 2*PAGE, MADV_REMOVE) = -1 EFBIG
madvise(A+PAGE, PAGE, MADV_REMOVE) = -1 EFBIG
m = memfd(PAGE) = OK
mmap(A+4*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, m, 0xffffffff000) = A+4*PAGE
madvise(A+4*PAGE, PAGE, MADV_REMOVE) = 0

@ FND-77 what a copy replaces makes room for data only if it is data: it is cleared before the limit is looked at
A = 0x100000000000
B = 0x100100000000
mmap(B+3*PAGE, 6*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, PAGE) = B+3*PAGE
mmap(A+PAGE, 5*PAGE, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+PAGE
n = vmdata()
setrlimit(RLIMIT_DATA, n+PAGE) = 0
mremap(B+7*PAGE, 3*PAGE, 3*PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, A+5*PAGE) = -1 ENOMEM

@ FND-79 making locked private memory writable fills it, and not what lies between: neither shared memory nor what was writable before
A = 0x100000000000
mmap(A+7*PAGE, 6*PAGE, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+7*PAGE
mmap(A+11*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = A+11*PAGE
mlock(A+10*PAGE, 14042) = -1 ENOMEM
resident(A+10*PAGE, 3*PAGE) = 0
mprotect(A+8*PAGE, 5*PAGE, PROT_READ|PROT_WRITE) = 0
resident(A+10*PAGE, 3*PAGE) = 5
mmap(A+20*PAGE, 3*PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+20*PAGE
mprotect(A+21*PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
mlock(A+20*PAGE, 3*PAGE) = 0
madvise(A+20*PAGE, 3*PAGE, MADV_DONTNEED_LOCKED) = 0
mprotect(A+20*PAGE, 3*PAGE, PROT_READ|PROT_WRITE) = 0
resident(A+20*PAGE, 3*PAGE) = 5

@ FND-81 what was writable and was never touched is one map with its neighbour, and refused with it
A = 0x100000000000
mmap(A, 4*PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
mprotect(A+PAGE, PAGE, PROT_READ|PROT_WRITE) = 0
mprotect(A+PAGE, PAGE, PROT_NONE) = 0
n = vmdata()
setrlimit(RLIMIT_DATA, n+PAGE) = 0
mprotect(A+PAGE, 2*PAGE, PROT_READ|PROT_WRITE) = -1 ENOMEM
perms(A+PAGE) = "---p"
mprotect(A+PAGE, PAGE, PROT_READ|PROT_WRITE) = 0

@ FND-83 what a map stored behind the end of a file on disk is gone when the page was written
A = 0x100000000000
f = tmpfile(159) = OK
mmap(A+5*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, f, 0) = A+5*PAGE
mmap(A+7*PAGE, PAGE, PROT_READ, MAP_PRIVATE, f, 0) = A+7*PAGE
fill(A+5*PAGE, PAGE, 96) = 0
load(A+7*PAGE+159, 1) = 96
msync(A+5*PAGE, PAGE, MS_ASYNC) = 0
load(A+7*PAGE+159, 1) = 96
msync(A+5*PAGE, PAGE, MS_SYNC) = 0
same(A+5*PAGE, 159, 96) = 1
same(A+5*PAGE+159, PAGE-159, 0) = 1
load(A+7*PAGE+159, 1) = 0
store(A+5*PAGE+200, 1, 7) = 0
msync(A+5*PAGE, PAGE, MS_SYNC) = 0
load(A+5*PAGE+200, 1) = 0
fill(A+5*PAGE, PAGE, 96) = 0
fsync(f) = 0
same(A+5*PAGE+159, PAGE-159, 0) = 1
fill(A+5*PAGE, PAGE, 96) = 0
madvise(A+5*PAGE, PAGE, MADV_PAGEOUT) = 0
load(A+5*PAGE+159, 1) = 96
m = memfd(159) = OK
mmap(A+9*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, m, 0) = A+9*PAGE
fill(A+9*PAGE, PAGE, 96) = 0
msync(A+9*PAGE, PAGE, MS_SYNC) = 0
load(A+9*PAGE+159, 1) = 96

@ FND-85 mincore looks at one map after the other, and its vector may lie in the second
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A
mprotect(A, PAGE, PROT_READ) = 0
mincore(A, 4*PAGE, A+2*PAGE) = 0
load(A+2*PAGE, 4) = 0x010000
mincore(A+PAGE, 3*PAGE, A+3*PAGE) = 0
load(A+3*PAGE, 4) = 0x0100

@ FND-87 the arguments of MAP_HUGETLB: a fixed address of 2 MiB comes first, then the largest file, then the type; the offset last, when what was there is gone
A = 0x100000000000
mmap(-14, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0) = -1 EINVAL
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_FIXED|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0x7fffffffffe00000) = -1 EINVAL
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_ANONYMOUS|MAP_HUGETLB, -1, 0x7fffffffffe00000) = -1 EOVERFLOW
mmap(A+10*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+10*PAGE
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_FIXED|MAP_ANONYMOUS|MAP_HUGETLB, -1, PAGE) = -1 EINVAL
perms(A+10*PAGE) = "rw-p"
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS|MAP_HUGETLB, -1, PAGE) = -1 EINVAL
perms(A+10*PAGE) = ""
n = vmdata()
setrlimit(RLIMIT_DATA, n+PAGE) = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, PAGE) = -1 ENOMEM
mmap(A, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, PAGE) = -1 EINVAL

@ FND-89 process_madvise cuts a single range before it looks where it ends, and several after it
A = 0x100000000000
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
fill(A, 3*PAGE, 7) = 0
store(A, 8, A+PAGE) = 0
store(A+8, 8, 0x700000000000) = 0
store(A+16, 8, A) = 0
store(A+24, 8, PAGE) = 0
process_madvise(-10001, A, 1, MADV_DONTNEED, 0) = -1 ENOMEM
load(A+PAGE, 1) = 0
process_madvise(-1, A, 1, MADV_DONTNEED, 0) = -1 EBADF
process_madvise(-1, A, 2, MADV_DONTNEED, 0) = -1 EFAULT
store(A+3*PAGE-8, 8, -1) = 0
process_madvise(-10001, A+3*PAGE-16, 2, MADV_DONTNEED, 0) = -1 EINVAL
store(A+3*PAGE-8, 8, PAGE) = 0
process_madvise(-10001, A+3*PAGE-16, 2, MADV_DONTNEED, 0) = -1 EFAULT
process_madvise(-10001, TASK_SIZE-16, 2, MADV_DONTNEED, 0) = -1 EFAULT

@ FND-91 MADV_COLLAPSE: what was never stored to is refused, a map that grows down is not, nor a range that ends where it begins
A = 0x100000000000
B = 0x100100000000
C = 0x100200000000
M = 2<<20
mmap(A, M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A
madvise(A, PAGE, MADV_COLLAPSE) = -1 EINVAL
load(A, 1) = 0
madvise(A, PAGE, MADV_COLLAPSE) = -1 EINVAL
store(A+5*PAGE, 1, 1) = 0
madvise(A, PAGE, MADV_COLLAPSE) = 0
madvise(A+PAGE, PAGE, MADV_COLLAPSE) = -1 EINVAL
madvise(A+PAGE, M-PAGE, MADV_COLLAPSE) = 0
resident(A, 8*PAGE) = 0x21
madvise(A, M, MADV_COLLAPSE) = 0
resident(A, 8*PAGE) = 0xff
mmap(B, M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN, -1, 0) = B
store(B+3*PAGE, 2, 1) = 0
madvise(B, M, MADV_COLLAPSE) = 0
resident(B, 8*PAGE) = 0xff
mmap(C, M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN, -1, 0) = C
madvise(C, M, MADV_HUGEPAGE) = 0
store(C+3*PAGE, 2, 1) = 0
resident(C, 8*PAGE) = 0xff

@ FND-93 remap_file_pages locks as a new map would be locked
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A
mlockall(MCL_FUTURE) = 0
remap_file_pages(A, PAGE, 0, 1, 0) = 0
locked() = PAGE
msync(A, PAGE, MS_INVALIDATE) = -1 EBUSY
msync(A+PAGE, PAGE, MS_INVALIDATE) = 0
mlockall(MCL_FUTURE|MCL_ONFAULT) = 0
remap_file_pages(A+2*PAGE, PAGE, 0, 3, 0) = 0
locked() = 2*PAGE
resident(A, 4*PAGE) = 3

@ FND-95 MAP_STACK keeps huge pages out of what may be dropped too
A = 0x100000000000
M = 2<<20
mmap(A, M, PROT_READ|PROT_WRITE, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_STACK, -1, 0) = A
mmap(A+M, M, PROT_READ|PROT_WRITE, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = A+M
vmas(A, 2*M) = 2

@ FND-97 what is moved and stays mapped takes the lock off all of its map, and off no more than its target left of it
A = 0x100000000000
B = 0x100100000000
mmap(A, 6*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED, -1, 0) = A
mremap(A+2*PAGE, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, A+100*PAGE) = A+100*PAGE
msync(A, 6*PAGE, MS_INVALIDATE) = 0
msync(A+100*PAGE, PAGE, MS_INVALIDATE) = -1 EBUSY
vmas(A, 6*PAGE) = 1
munmap(A, 6*PAGE) = 0
mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = A
mlock2(A, 3*PAGE, MLOCK_ONFAULT) = 0
mremap(A+2*PAGE, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_DONTUNMAP, A+10*PAGE) = A+10*PAGE
vmas(A, 3*PAGE) = 1
mmap(B, 8*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_LOCKED, -1, 0) = B
mremap(B+4*PAGE, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP, B+PAGE) = B+PAGE
msync(B, PAGE, MS_INVALIDATE) = -1 EBUSY
msync(B+PAGE, PAGE, MS_INVALIDATE) = -1 EBUSY
msync(B+2*PAGE, 6*PAGE, MS_INVALIDATE) = 0

@ FND-99 MAP_SYNC means nothing, and keeps lines of maps apart
A = 0x100000000000
B = 0x100100000000
C = 0x100200000000
m = memfd(PAGE) = OK
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, m, 0) = A
mmap(A+2*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_SYNC, m, 2*PAGE) = A+2*PAGE
vmas(A, 4*PAGE) = 2
mmap(B, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_SYNC, -1, 0) = B
mmap(B+2*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_SYNC, -1, 0) = B+2*PAGE
vmas(B, 4*PAGE) = 1
mmap(B+4*PAGE, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = B+4*PAGE
vmas(B, 6*PAGE) = 2
mmap(C, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_SYNC, -1, 0) = C
remap_file_pages(C+PAGE, PAGE, 0, 1, 0) = 0
vmas(C, 4*PAGE) = 3

@ FND-100 a write that begins inside a file leaves alone what a map stored behind what was written
A = 0x100000000000
f = tmpfile(2147) = OK
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED, f, 0) = A
fill(A, PAGE, 72) = 0
write(f, A+6*PAGE, 3361) = -1 EFAULT
fstat_size(f) = 2147
load(A+2146, 1) = 72
load(A+2147, 1) = 72
load(A+4095, 1) = 72
mmap(A+2*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = A+2*PAGE
fill(A+2*PAGE, PAGE, 65) = 0
write(f, A+3*PAGE-1000, 3361) = 1000
fstat_size(f) = 2147
load(A+999, 1) = 65
load(A+1000, 1) = 72
load(A+2147, 1) = 72
lseek(f, 0, SEEK_END) = 2147
write(f, A+2*PAGE, 500) = 500
load(A+2646, 1) = 65
load(A+2647, 1) = 72
lseek(f, 3000, SEEK_SET) = 3000
write(f, A+2*PAGE, 500) = 500
load(A+2646, 1) = 65
load(A+2647, 1) = 0
load(A+2999, 1) = 0
load(A+3000, 1) = 65
load(A+3500, 1) = 72
ftruncate(f, 3600) = 0
load(A+3499, 1) = 65
load(A+3500, 1) = 0

@ FND-101 a second view that may not be placed anew is asked about locked memory first
A = 0x100000000000
dropcap(CAP_IPC_LOCK) = 0
setrlimit(RLIMIT_MEMLOCK, 4*PAGE) = 0
mmap(A+PAGE, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_LOCKED, -1, 0) = A+PAGE
mremap(A+2*PAGE, 0, PAGE, 0) = -1 EAGAIN
setrlimit(RLIMIT_MEMLOCK, 5*PAGE) = 0
mremap(A+2*PAGE, 0, PAGE, 0) = -1 ENOMEM
locked() = 4*PAGE
