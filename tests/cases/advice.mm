# madvise, mincore, msync and remap_file_pages beyond the other files; every line was confirmed on Linux 6.18 (x86-64, root, ext4 and tmpfs).

@ ADX-01 populating for reading needs the right that was asked for, not the one that x86 gives
A = 0x100000000000
mmap(A, PAGE, PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A, PAGE, MADV_POPULATE_READ)                                  = -1 EINVAL
madvise(A, PAGE, MADV_POPULATE_WRITE)                                 = 0
mmap(A, PAGE, PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)  = A
madvise(A, PAGE, MADV_POPULATE_READ)                                  = -1 EINVAL
madvise(A, PAGE, MADV_POPULATE_WRITE)                                 = -1 EINVAL

@ ADX-02 populating stops at a hole and at a map that forbids it
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
munmap(A+2*PAGE, PAGE)                                                            = 0
madvise(A, 4*PAGE, MADV_POPULATE_WRITE)                                           = -1 ENOMEM
resident(A, 2*PAGE)                                                               = 3
resident(A+3*PAGE, PAGE)                                                          = 0
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mprotect(A+2*PAGE, PAGE, PROT_READ)                                               = 0
madvise(A, 4*PAGE, MADV_POPULATE_WRITE)                                           = -1 EINVAL
resident(A, 4*PAGE)                                                               = 3

@ ADX-03 populating a private file map for writing copies, for reading does not
A = 0x100000000000
fd = tmpfile(2*PAGE)
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
madvise(A, PAGE, MADV_POPULATE_WRITE)                               = 0
madvise(A+PAGE, PAGE, MADV_POPULATE_READ)                           = 0
pwrite64(fd, "Y", 1, 0)                                             = 1
pwrite64(fd, "Z", 1, PAGE)                                          = 1
load(A, 1)                                                          = 'a'
load(A+PAGE, 1)                                                     = 'Z'

@ ADX-04 MADV_REMOVE on shared anonymous memory
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 5)                                                               = OK
madvise(A+PAGE, 2*PAGE, MADV_REMOVE)                                             = 0
resident(A, 4*PAGE)                                                              = 9
load(A+PAGE, 1)                                                                  = 0
load(A, 1)                                                                       = 5
load(A+3*PAGE, 1)                                                                = 5

@ ADX-05 MADV_REMOVE on what cannot be punched
A = 0x100000000000
fd = tmpfile(4*PAGE)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A, PAGE, MADV_REMOVE)                                                   = -1 EINVAL
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0)             = A
madvise(A, PAGE, MADV_REMOVE)                                                   = -1 EACCES
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED|MAP_LOCKED, fd, 0)   = A
madvise(A, 2*PAGE, MADV_REMOVE)                                                 = -1 EINVAL
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0)              = A
madvise(A, PAGE, MADV_REMOVE)                                                   = 0
load(A, 1)                                                                      = 0
byte(fd, 0)                                                                     = 0
load(A+PAGE, 1)                                                                 = 'b'
madvise(A+2*PAGE, 100*PAGE, MADV_REMOVE)                                        = -1 ENOMEM
load(A+2*PAGE, 1)                                                               = 0
fstat_size(fd)                                                                  = 4*PAGE

@ ADX-06 MADV_REMOVE over a hole does both sides
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 5)                                                               = OK
munmap(A+PAGE, PAGE)                                                             = 0
madvise(A, 4*PAGE, MADV_REMOVE)                                                  = -1 ENOMEM
load(A, 1)                                                                       = 0
load(A+2*PAGE, 1)                                                                = 0

@ ADX-07 MADV_REMOVE past the end of a file, and with PROT_NONE
A = 0x100000000000
B = 0x100100000000
fd = tmpfile(PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0)     = A
madvise(A+2*PAGE, PAGE, MADV_REMOVE)                                   = 0
fstat_size(fd)                                                         = PAGE
mmap(B, PAGE, PROT_NONE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0)    = B
madvise(B, PAGE, MADV_REMOVE)                                          = 0
madvise(B, PAGE, MADV_POPULATE_READ)                                   = -1 EINVAL

@ ADX-08 MADV_REMOVE and seals
A = 0x100000000000
B = 0x100100000000
fd = memfd(4*PAGE, MFD_ALLOW_SEALING)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE)                        = 0
madvise(A, PAGE, MADV_REMOVE)                                      = -1 EPERM
load(A, 1)                                                         = 'a'
other = memfd(4*PAGE, MFD_ALLOW_SEALING)
fcntl(other, F_ADD_SEALS, F_SEAL_WRITE)                            = 0
mmap(B, 4*PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, other, 0)         = B
madvise(B, PAGE, MADV_REMOVE)                                      = -1 EACCES
remap_file_pages(B, PAGE, 0, 2, 0)                                 = 0
load(B, 1)                                                         = 'c'

@ ADX-09 MADV_PAGEOUT takes clean pages that the map shows, and nothing else
A = 0x100000000000
fd = tmpfile(4*PAGE)
fsync(fd)                                                           = 0
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0)  = A
load(A, 1)                                                          = 'a'
load(A+PAGE, 1)                                                     = 'b'
load(A+2*PAGE, 1)                                                   = 'c'
load(A+3*PAGE, 1)                                                   = 'd'
madvise(A, 4*PAGE, MADV_PAGEOUT)                                    = 0
resident(A, 4*PAGE)                                                 = 0
load(A+3*PAGE, 1)                                                   = 'd'

@ ADX-10 MADV_PAGEOUT of a dirty page
A = 0x100000000000
fd = tmpfile(PAGE)
fsync(fd)                                                        = 0
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
store(A, 1, 1)                                                   = OK
madvise(A, PAGE, MADV_PAGEOUT)                                   = 0
resident(A, PAGE)                                                = 1
load(A, 1)                                                       = 1
byte(fd, 0)                                                      = 1

@ ADX-11 MADV_PAGEOUT of a private file map keeps the copies
A = 0x100000000000
fd = tmpfile(2*PAGE)
fsync(fd)                                                           = 0
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0) = A
load(A, 1)                                                          = 'a'
store(A+PAGE, 1, 1)                                                 = OK
madvise(A, 2*PAGE, MADV_PAGEOUT)                                    = 0
load(A+PAGE, 1)                                                     = 1
load(A+PAGE+1, 1)                                                   = 'b'
load(A, 1)                                                          = 'a'

@ ADX-12 files in memory have nowhere to go
A = 0x100000000000
fd = memfd(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
fill(A, 2*PAGE, 1)                                                 = OK
madvise(A, 4*PAGE, MADV_PAGEOUT)                                   = 0
same(A, 2*PAGE, 1)                                                 = 1
load(A+2*PAGE, 1)                                                  = 'c'

@ ADX-13 MADV_PAGEOUT takes what was declared free and not written since
A = 0x100000000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
fill(A, 4*PAGE, 3)                                                                = OK
madvise(A, 2*PAGE, MADV_FREE)                                                     = 0
resident(A, 4*PAGE)                                                               = 0xf
store(A, 1, 4)                                                                    = OK
madvise(A, 4*PAGE, MADV_PAGEOUT)                                                  = 0
resident(A, 4*PAGE)                                                               = 0xd
load(A, 1)                                                                        = 4
load(A+1, 1)                                                                      = 3
load(A+PAGE, 1)                                                                   = 0
load(A+2*PAGE, 1)                                                                 = 3

@ ADX-14 advice on PROT_NONE
A = 0x100000000000
mmap(A, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A, PAGE, MADV_COLD)                                          = 0
madvise(A, PAGE, MADV_PAGEOUT)                                       = 0
madvise(A, PAGE, MADV_FREE)                                          = 0
madvise(A, PAGE, MADV_DONTNEED)                                      = 0
madvise(A, PAGE, MADV_WILLNEED)                                      = 0

@ ADX-15 the order of the checks
A = 0x100000000000
mmap(A, PAGE, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
madvise(A+1, -1, MADV_DONTNEED)                                      = -1 EINVAL
madvise(A, -1, MADV_DONTNEED)                                        = -1 EINVAL
madvise(A, -PAGE, MADV_DONTNEED)                                     = -1 EINVAL
madvise(TASK_SIZE, PAGE, MADV_DONTNEED)                              = -1 ENOMEM
madvise(0xffff800000000000, PAGE, MADV_DONTNEED)                     = -1 ENOMEM
madvise(-PAGE, PAGE, MADV_NORMAL)                                    = -1 EINVAL
madvise(-PAGE, 0, MADV_NORMAL)                                       = 0
madvise(TASK_SIZE-PAGE, 2*PAGE, MADV_NORMAL)                         = -1 ENOMEM
madvise(TASK_SIZE, PAGE, MADV_POPULATE_READ)                         = -1 ENOMEM

@ ADX-16 a locked map ends the walk, whatever hole came before
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)                 = A
mmap(A+2*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A+2*PAGE
mmap(A+3*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)            = A+3*PAGE
fill(A, 4*PAGE, 3)                                                                                = OK
madvise(A, 4*PAGE, MADV_DONTNEED)                                                                 = -1 EINVAL
load(A, 1)                                                                                        = 0
load(A+PAGE, 1)                                                                                   = 0
load(A+2*PAGE, 1)                                                                                 = 3
load(A+3*PAGE, 1)                                                                                 = 3
munmap(A+PAGE, PAGE)                                                                              = 0
madvise(A, 4*PAGE, MADV_DONTNEED)                                                                 = -1 EINVAL
madvise(A, 4*PAGE, MADV_COLD)                                                                     = -1 EINVAL

@ ADX-17 other memory ends the walk of advice for private anonymous memory
A = 0x100000000000
fd = tmpfile(PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0)            = A+PAGE
madvise(A, 4*PAGE, MADV_FREE)                                                     = -1 EINVAL
madvise(A, 4*PAGE, MADV_WIPEONFORK)                                               = -1 EINVAL
vmas(A, 4*PAGE)                                                                   = 3

@ ADX-18 memory that may be dropped
A = 0x100000000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)    = A
store(A, 1, 3)                                                                       = OK
madvise(A, PAGE, MADV_KEEPONFORK)                                                    = -1 EINVAL
madvise(A, PAGE, MADV_DODUMP)                                                        = -1 EINVAL
madvise(A, PAGE, MADV_WIPEONFORK)                                                    = 0
madvise(A, PAGE, MADV_FREE)                                                          = 0
madvise(A, PAGE, MADV_PAGEOUT)                                                       = 0
resident(A, PAGE)                                                                    = 0
load(A, 1)                                                                           = 0
mmap(NULL, PAGE, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_LOCKED, -1, 0)           = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_GROWSDOWN, -1, 0)        = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_HUGETLB, -1, 0)          = -1 EINVAL
mmap(NULL, PAGE, PROT_READ, MAP_DROPPABLE|MAP_SHARED|MAP_ANONYMOUS, -1, 0)           = -1 EINVAL
fd = tmpfile(PAGE)
mmap(NULL, PAGE, PROT_READ, MAP_DROPPABLE, fd, 0)                                    = -1 EINVAL

@ ADX-19 a shared anonymous object that its map has outgrown
A = 0x100000000000
mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
store(A, 1, 1)                                                                   = OK
mremap(A, 2*PAGE, 4*PAGE, MREMAP_MAYMOVE)                                        = A
resident(A, 4*PAGE)                                                              = 1
madvise(A, 4*PAGE, MADV_POPULATE_READ)                                           = -1 EFAULT
madvise(A, 4*PAGE, MADV_WILLNEED)                                                = 0
madvise(A, 4*PAGE, MADV_REMOVE)                                                  = 0
madvise(A+3*PAGE, PAGE, MADV_REMOVE)                                             = 0

@ ADX-20 remap_file_pages rounds down and is refused
A = 0x100000000000
fd = memfd(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
remap_file_pages(A, PAGE, PROT_READ, 3, 0)                         = -1 EINVAL
remap_file_pages(A+1, PAGE, 0, 3, 0)                               = 0
load(A, 1)                                                         = 'd'
remap_file_pages(A, 0, 0, 3, 0)                                    = -1 EINVAL
remap_file_pages(A, PAGE-1, 0, 3, 0)                               = -1 EINVAL
remap_file_pages(A, -PAGE, 0, 3, 0)                                = -1 EINVAL
remap_file_pages(A, PAGE, 0, -1, 0)                                = -1 EINVAL
remap_file_pages(A, 2*PAGE, 0, -1, 0)                              = -1 EINVAL
remap_file_pages(A, 5*PAGE, 0, 0, 0)                               = -1 EINVAL
remap_file_pages(A, 4*PAGE, 0, 0, 0)                               = 0
remap_file_pages(A, PAGE, 0, 3, 12345)                             = 0
remap_file_pages(A, PAGE, 0, 100, 0)                               = 0
load(A, 1)                                                         = SIGBUS BUS_ADRERR
remap_file_pages(A+4*PAGE, PAGE, 0, 1, 0)                          = -1 EINVAL
remap_file_pages(A, PAGE, 0, 0x7fffffffffffe, 0)                   = 0
remap_file_pages(A, PAGE, 0, 0x7ffffffffffff, 0)                   = -1 EOVERFLOW
remap_file_pages(A, PAGE, 0, 0x8000000000000, 0)                   = -1 EOVERFLOW
remap_file_pages(A, PAGE, 0, 0x10000000000000, 0)                  = -1 EOVERFLOW

@ ADX-21 remap_file_pages over two protections, and on other memory
A = 0x100000000000
fd = memfd(4*PAGE)
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0)                = A
mprotect(A+PAGE, PAGE, PROT_READ)                                                 = 0
remap_file_pages(A, 2*PAGE, 0, 1, 0)                                              = -1 EINVAL
load(A+PAGE, 1)                                                                   = 'b'
remap_file_pages(A+PAGE, PAGE, 0, 0, 0)                                           = 0
load(A+PAGE, 1)                                                                   = 'a'
perms(A+PAGE)                                                                     = "r--s"
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED, fd, 0)               = A
remap_file_pages(A, PAGE, 0, 3, 0)                                                = -1 EINVAL
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
remap_file_pages(A, PAGE, 0, 3, 0)                                                = -1 EINVAL
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0)  = A
store(A+3*PAGE, 1, 7)                                                             = OK
remap_file_pages(A, PAGE, 0, 3, 0)                                                = 0
load(A, 1)                                                                        = 7
ro = tmpfile(PAGE, O_RDONLY)
mmap(A, PAGE, PROT_READ, MAP_SHARED|MAP_FIXED, ro, 0)                             = A
remap_file_pages(A, PAGE, 0, 0, 0)                                                = -1 EINVAL

@ ADX-22 msync at the borders
A = 0x100000000000
msync(TASK_SIZE, PAGE, MS_SYNC)                                                                   = -1 ENOMEM
msync(A, -1, MS_SYNC)                                                                             = 0
msync(A, -PAGE, MS_SYNC)                                                                          = -1 ENOMEM
msync(-PAGE, PAGE, MS_ASYNC)                                                                      = -1 ENOMEM
msync(-PAGE, 1, 0)                                                                                = -1 ENOMEM
mmap(A+PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)              = A+PAGE
mmap(A+2*PAGE, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED|MAP_LOCKED, -1, 0) = A+2*PAGE
msync(A, 3*PAGE, MS_INVALIDATE)                                                                   = -1 EBUSY
msync(A, 2*PAGE, MS_INVALIDATE)                                                                   = -1 ENOMEM
msync(A, 3*PAGE, MS_SYNC)                                                                         = -1 ENOMEM

@ ADX-23 mincore at the borders
A = 0x100000000000
mincore(TASK_SIZE, 0, 0)        = 0
mincore(TASK_SIZE, 1, 0)        = -1 ENOMEM
mincore(TASK_SIZE+PAGE, 0, 0)   = -1 ENOMEM
mincore(TASK_SIZE-PAGE, PAGE, A) = -1 ENOMEM
mincore(A, 0, TASK_SIZE)        = 0
mincore(A, 0, TASK_SIZE+1)      = -1 EFAULT
mincore(A, 0, TASK_SIZE+PAGE)   = -1 EFAULT
mincore(A, -1, A)               = -1 ENOMEM

@ ADX-24 mincore fills the vector up to the hole
A = 0x100000000000
B = 0x100100000000
mmap(A, 4*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)   = B
fill(B, 8, 9)                                                                     = OK
store(A, 1, 1)                                                                    = OK
munmap(A+2*PAGE, PAGE)                                                            = 0
mincore(A, 4*PAGE, B)                                                             = -1 ENOMEM
load(B, 4)                                                                        = 0x09090001

@ ADX-25 process_madvise on the process itself
A = 0x100000000000
B = 0x100100000000
D = 0x100200000000
mmap(A, 8*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)   = B
fill(A, 8*PAGE, 3)                                                                = OK
store(B, 8, A)                                                                    = OK
store(B+8, 8, PAGE)                                                               = OK
store(B+16, 8, A+2*PAGE)                                                          = OK
store(B+24, 8, PAGE)                                                              = OK
store(B+32, 8, A+4*PAGE)                                                          = OK
store(B+40, 8, 2*PAGE)                                                            = OK
store(B+48, 8, A+6*PAGE)                                                          = OK
store(B+56, 8, 0)                                                                 = OK
P = getpid()
fd = pidfd_open(P, 0)                                                             = OK
process_madvise(fd, B, 4, MADV_DONTNEED, 0)                                       = 4*PAGE
load(A, 1)                                                                        = 0
load(A+PAGE, 1)                                                                   = 3
load(A+2*PAGE, 1)                                                                 = 0
same(A+4*PAGE, 2*PAGE, 0)                                                         = 1
load(A+6*PAGE, 1)                                                                 = 3
process_madvise(fd, B, 4, MADV_DONTNEED, 1)                                       = -1 EINVAL
process_madvise(-1, B, 4, MADV_DONTNEED, 0)                                       = -1 EBADF
process_madvise(fd, B, 4, 12345, 0)                                               = -1 EINVAL
process_madvise(fd, B, 0, 12345, 0)                                               = 0
process_madvise(fd, B, 1025, MADV_COLD, 0)                                        = -1 EINVAL
process_madvise(fd, D, 1, MADV_COLD, 0)                                           = -1 EFAULT
process_madvise(-1, D, 1, MADV_COLD, 0)                                           = -1 EFAULT
process_madvise(-1, D, 1, MADV_COLD, 1)                                           = -1 EINVAL
process_madvise(fd, B, 1, MADV_REMOVE, 0)                                         = -1 EINVAL
process_madvise(fd, B, 1, MADV_NORMAL, 0)                                         = PAGE

@ ADX-26 process_madvise stops at the first range that is refused
A = 0x100000000000
B = 0x100100000000
D = 0x100200000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
store(B, 8, A)                                                                  = OK
store(B+8, 8, PAGE)                                                             = OK
store(B+16, 8, D)                                                               = OK
store(B+24, 8, PAGE)                                                            = OK
P = getpid()
fd = pidfd_open(P, 0)                                                           = OK
process_madvise(fd, B, 2, MADV_COLD, 0)                                         = PAGE
process_madvise(fd, B+16, 1, MADV_COLD, 0)                                      = -1 ENOMEM
store(B+16, 8, A+1)                                                             = OK
process_madvise(fd, B, 2, MADV_COLD, 0)                                         = PAGE
process_madvise(fd, B+16, 1, MADV_COLD, 0)                                      = -1 EINVAL
store(B+24, 8, 0)                                                               = OK
process_madvise(fd, B+16, 1, MADV_COLD, 0)                                      = 0
store(B+16, 8, A)                                                               = OK
store(B+24, 8, -1)                                                              = OK
process_madvise(fd, B+16, 1, MADV_COLD, 0)                                      = -1 EINVAL
store(B+24, 8, 100)                                                             = OK
process_madvise(fd, B+16, 1, MADV_COLD, 0)                                      = 100
store(B+16, 8, -PAGE)                                                           = OK
process_madvise(fd, B+16, 1, MADV_COLD, 0)                                      = -1 EFAULT

@ ADX-27 pidfd_open, and what a descriptor of a process is not
A = 0x100000000000
pidfd_open(0, 0)                                      = -1 EINVAL
pidfd_open(-1, 0)                                     = -1 EINVAL
P = getpid()
pidfd_open(P, 1)                                      = -1 EINVAL
pidfd_open(999999, 0)                                 = -1 ESRCH
fd = pidfd_open(P, 0)                                 = OK
mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0)        = -1 ENODEV
lseek(fd, 0, SEEK_SET)                                = -1 ESPIPE
ftruncate(fd, 0)                                      = -1 EOPNOTSUPP
fcntl(fd, F_GET_SEALS)                                = -1 EINVAL
file = memfd(PAGE)
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
process_madvise(file, A, 0, MADV_COLD, 0)             = -1 EBADF

@ ADX-28 process_madvise on another process
A = 0x100000000000
B = 0x100100000000
mmap(A, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
mmap(B, PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = B
store(A, 1, 3)                                                                  = OK
store(B, 8, A)                                                                  = OK
store(B+8, 8, PAGE)                                                             = OK
C = fork()
fd = pidfd_open(C, 0)                                                           = OK
process_madvise(fd, B, 1, MADV_COLD, 0)                                         = PAGE
process_madvise(fd, B, 1, MADV_PAGEOUT, 0)                                      = PAGE
process_madvise(fd, B, 1, MADV_WILLNEED, 0)                                     = PAGE
process_madvise(fd, B, 1, MADV_DONTNEED, 0)                                     = -1 EINVAL
process_madvise(fd, B, 1, MADV_NORMAL, 0)                                       = -1 EINVAL
process_madvise(fd, B, 0, MADV_DONTNEED, 0)                                     = -1 EINVAL
[C] load(A, 1)                                                                  = 3
[C] munmap(A, PAGE)                                                             = 0
process_madvise(fd, B, 1, MADV_COLD, 0)                                         = -1 ENOMEM
load(A, 1)                                                                      = 3
[C] exit(0)
process_madvise(fd, B, 1, MADV_COLD, 0)                                         = -1 ESRCH
pidfd_open(C, 0)                                                                = OK
wait(C)                                                                         = 0
process_madvise(fd, B, 1, MADV_COLD, 0)                                         = -1 ESRCH
pidfd_open(C, 0)                                                                = -1 ESRCH
