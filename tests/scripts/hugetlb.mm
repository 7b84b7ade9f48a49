# MAP_HUGETLB: what Linux answers with huge pages in its pool (mm/hugetlb.c, fs/hugetlbfs/inode.c, mm/madvise.c, mm/mremap.c).

@ HUGETLB-1 sizes and lengths
mmap(NULL, 2*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|(16<<26), -1, 0) = -1 EINVAL
mmap(NULL, 2*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|(63<<26), -1, 0) = -1 EINVAL
mmap(NULL, -1, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0) = -1 EINVAL
mmap(NULL, TASK_SIZE+1, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0) = -1 ENOMEM
mmap(NULL, 1<<45, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0) = -1 ENOMEM
before = vmsize()
A = mmap(NULL, 3*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0)
A&(2*M-1) = 0
after = vmsize()
after-before = 4*M
store(A+4*M-8, 8, 7)
load(A+4*M-8, 8) = 7
load(A+4*M, 1) = SIGSEGV SEGV_MAPERR
mmap(NULL, 2*M, PROT_READ, MAP_ANONYMOUS|MAP_HUGETLB, -1, 0) = -1 EINVAL
mmap(NULL, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_GROWSDOWN, -1, 0) = -1 EINVAL
mmap(NULL, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, PAGE) = -1 EINVAL
mmap(NULL, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 2*M) = OK

@ HUGETLB-2 a file is not made of huge pages
fd = tmpfile(PAGE)
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_HUGETLB, fd, 0) = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_HUGETLB, 99, 0) = -1 EBADF

@ HUGETLB-3 fixed addresses are multiples of the huge page, hints are rounded up
A = 0x100000000000
mmap(A+PAGE, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = -1 EINVAL
mmap(A+PAGE, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED_NOREPLACE, -1, 0) = -1 EINVAL
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = A
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST
mmap(A+2*M+PAGE, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0) = A+4*M
mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = -1 EINVAL
mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = -1 EEXIST
mmap(A, 2*M, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+PAGE, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+PAGE

@ HUGETLB-4 munmap does not cut a page
A = 0x100000000000
mmap(A, 4*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = A
mmap(A+4*M, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+4*M
fill(A, 4*M, 5)
munmap(A, PAGE) = -1 EINVAL
munmap(A, 2*M-PAGE) = -1 EINVAL
munmap(A+PAGE, 2*M) = -1 EINVAL
munmap(A+4*M-PAGE, 2*PAGE) = -1 EINVAL
same(A, 4*M, 5) = 1
load(A+4*M, 1) = 0
munmap(A, 2*M) = 0
load(A, 1) = SIGSEGV SEGV_MAPERR
munmap(A+2*M, 2*M+PAGE) = 0
load(A+2*M, 1) = SIGSEGV SEGV_MAPERR
load(A+4*M+PAGE, 1) = 0

@ HUGETLB-5 mprotect changes what comes before, and cuts no page
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+2*M-PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A+2*M-PAGE
mmap(A+2*M, 4*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = A+2*M
mprotect(A+2*M, PAGE, PROT_READ) = -1 EINVAL
mprotect(A+2*M, PAGE, PROT_READ|PROT_WRITE) = 0
mprotect(A+2*M+PAGE, 2*M, PROT_READ) = -1 EINVAL
perms(A+2*M) = "rw-p"
mprotect(A+2*M-PAGE, 2*PAGE, PROT_READ) = -1 EINVAL
perms(A+2*M-PAGE) = "r--p"
perms(A+2*M) = "rw-p"
mprotect(A+2*M, 2*M, PROT_READ) = 0
perms(A+2*M) = "r--p"
perms(A+4*M) = "rw-p"
store(A+2*M, 1, 1) = SIGSEGV SEGV_ACCERR
store(A+4*M, 1, 1)

@ HUGETLB-6 mremap moves whole pages and does not grow
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = A
fill(A, 4*M, 6)
mremap(A, 4*M, 6*M, MREMAP_MAYMOVE) = -1 EINVAL
mremap(A+PAGE, 2*M, 2*M, MREMAP_MAYMOVE|MREMAP_FIXED, B) = -1 EINVAL
mremap(A, 2*M, 2*M, MREMAP_MAYMOVE|MREMAP_FIXED, B+PAGE) = -1 EINVAL
mremap(A, 4*M, 4*M, MREMAP_MAYMOVE|MREMAP_DONTUNMAP) = -1 EINVAL
mremap(A, 0, 2*M, MREMAP_MAYMOVE) = -1 EINVAL
mremap(A, 4*M, PAGE, 0) = A
load(A+2*M, 1) = SIGSEGV SEGV_MAPERR
mremap(A, PAGE, PAGE, MREMAP_MAYMOVE|MREMAP_FIXED, B) = B
same(B, 2*M, 6) = 1
load(A, 1) = SIGSEGV SEGV_MAPERR

@ HUGETLB-7 madvise: what such a map takes
A = 0x100000000000
mmap(A, 4*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_FIXED, -1, 0) = A
fill(A, 4*M, 6)
madvise(A+PAGE, 2*M, MADV_DONTNEED) = -1 EINVAL
madvise(A, 2*M-PAGE, MADV_DONTNEED) = 0
same(A, 4*M, 6) = 1
madvise(A, 2*M+PAGE, MADV_DONTNEED) = 0
same(A, 2*M, 0) = 1
same(A+2*M, 2*M, 6) = 1
madvise(A, 2*M, MADV_FREE) = -1 EINVAL
madvise(A, 2*M, MADV_WIPEONFORK) = -1 EINVAL
madvise(A, PAGE, MADV_DONTFORK) = -1 EINVAL
madvise(A, 2*M, MADV_DONTFORK) = 0
madvise(A, 4*M, MADV_POPULATE_WRITE) = 0
same(A+2*M, 2*M, 6) = 1

@ HUGETLB-8 resident from the first touch on, as a whole
A = mmap(NULL, 4*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0)
resident(A, 3*PAGE) = 0
load(A+PAGE, 1) = 0
resident(A, 3*PAGE) = 7
resident(A+2*M, 3*PAGE) = 0
B = mmap(NULL, 2*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_POPULATE, -1, 0)
resident(B, 3*PAGE) = 7
madvise(A, 2*M, MADV_DONTNEED) = 0
resident(A, 3*PAGE) = 0

@ HUGETLB-9 a child shares until either stores
A = mmap(NULL, 2*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0)
fill(A, 2*M, 3)
P = fork()
[P] store(A+PAGE, 1, 9)
[P] load(A+PAGE, 1) = 9
[P] munmap(A, PAGE) = -1 EINVAL
same(A, 2*M, 3) = 1
store(A, 1, 8)
[P] load(A, 1) = 3
[P] munmap(A, 2*M) = 0
[P] exit(0)
wait(P) = 0

@ HUGETLB-10 shared
A = mmap(NULL, 2*M, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0)
perms(A) = "rw-s"
store(A+PAGE, 1, 4)
P = fork()
[P] store(A+2*PAGE, 1, 5)
load(A+2*PAGE, 1) = 5
munmap(A, PAGE) = -1 EINVAL
mprotect(A, PAGE, PROT_READ) = -1 EINVAL
munmap(A, 2*M) = 0
[P] load(A+PAGE, 1) = 4
mmap(NULL, 2*M, PROT_READ|PROT_WRITE, MAP_SHARED_VALIDATE|MAP_ANONYMOUS|MAP_HUGETLB|0x200000, -1, 0) = -1 EOPNOTSUPP
mmap(NULL, 2*M, PROT_READ|PROT_WRITE, MAP_SHARED_VALIDATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_HUGE_2MB, -1, 0) = OK
audit() = 0

@ HUGETLB-11 a gibibyte that memory does not have
mmap(NULL, 1<<42, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_HUGE_1GB, -1, 0) = -1 ENOMEM
mmap(0x100000200000, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_HUGE_1GB|MAP_FIXED, -1, 0) = -1 EINVAL
audit() = 0

@ HUGETLB-12 without a promise
A = mmap(NULL, 4*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_NORESERVE, -1, 0)
resident(A, 2*PAGE) = 0
load(A, 1) = 0
resident(A, 2*PAGE) = 3
store(A+2*M, 1, 1)
same(A+2*M+1, 2*M-1, 0) = 1
audit() = 0

@ COLLAPSE-1 keeps every byte and refuses what takes no huge pages
A = 0x100000000000
mmap(A, 6*M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A, 6*M, MADV_COLLAPSE) = -1 EINVAL   # nothing is populated
fill(A, 3*M, 4)
madvise(A, 2*M, MADV_COLLAPSE) = 0
madvise(A+2*M, 2*M, MADV_COLLAPSE) = 0
madvise(A+4*M, 2*M, MADV_COLLAPSE) = -1 EINVAL
same(A, 3*M, 4) = 1
same(A+3*M, 3*M, 0) = 1
madvise(A+PAGE, PAGE, MADV_COLLAPSE) = -1 EINVAL   # not even the end of one 2 MiB in the range
madvise(A+2*M-PAGE, 2*PAGE, MADV_COLLAPSE) = 0   # ends one and begins one: nothing to do, and all of it done
madvise(A+1, PAGE, MADV_COLLAPSE) = -1 EINVAL
madvise(A, 0, MADV_COLLAPSE) = 0
madvise(A, 8*M, MADV_NOHUGEPAGE) = -1 ENOMEM
madvise(A, 2*M, MADV_COLLAPSE) = -1 EINVAL
mprotect(A+PAGE, PAGE, PROT_READ) = 0
same(A, 3*M, 4) = 1
audit() = 0

@ COLLAPSE-2 shared and file maps
A = mmap(NULL, 4*M, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0)
store(A, 1, 1)
madvise(A, 2*M, MADV_COLLAPSE) = -1 EINVAL
madvise(0x100000000000, 2*M, MADV_COLLAPSE) = -1 ENOMEM
