# Content and holes of files: lseek with SEEK_DATA and SEEK_HOLE.

@ HOL-01 a file that was made longer is a hole, what is written to it content, page by page
fd = tmpfile(0)
ftruncate(fd, 16*PAGE)           = 0
lseek(fd, 0, SEEK_DATA)          = -1 ENXIO
lseek(fd, 0, SEEK_HOLE)          = 0
lseek(fd, 5000, SEEK_HOLE)       = 5000
pwrite64(fd, "x", 1, 5*PAGE+9)   = 1
lseek(fd, 0, SEEK_DATA)          = 5*PAGE
lseek(fd, 5*PAGE+100, SEEK_DATA) = 5*PAGE+100
lseek(fd, 5*PAGE+100, SEEK_HOLE) = 6*PAGE
lseek(fd, 0, SEEK_CUR)           = 6*PAGE
lseek(fd, 6*PAGE, SEEK_DATA)     = -1 ENXIO
lseek(fd, 0, SEEK_CUR)           = 6*PAGE
lseek(fd, 5*PAGE-1, SEEK_HOLE)   = 5*PAGE-1
fsync(fd)                        = 0
lseek(fd, 0, SEEK_DATA)          = 5*PAGE
lseek(fd, 5*PAGE, SEEK_HOLE)     = 6*PAGE
lseek(fd, 16*PAGE-1, SEEK_HOLE)  = 16*PAGE-1
lseek(fd, 16*PAGE, SEEK_HOLE)    = -1 ENXIO
lseek(fd, 16*PAGE, SEEK_DATA)    = -1 ENXIO
lseek(fd, -1, SEEK_DATA)         = -1 ENXIO

@ HOL-02 what is in the cache and what is in the file lie side by side
fd = tmpfile(0)
ftruncate(fd, 16*PAGE)           = 0
pwrite64(fd, "x", 1, 2*PAGE)     = 1
pwrite64(fd, "x", 1, 4*PAGE)     = 1
fsync(fd)                        = 0
pwrite64(fd, "x", 1, 3*PAGE)     = 1
pwrite64(fd, "x", 1, 8*PAGE)     = 1
lseek(fd, 0, SEEK_DATA)          = 2*PAGE
lseek(fd, 2*PAGE, SEEK_HOLE)     = 5*PAGE
lseek(fd, 5*PAGE, SEEK_DATA)     = 8*PAGE
lseek(fd, 8*PAGE, SEEK_HOLE)     = 9*PAGE

@ HOL-03 a punched hole
fd = tmpfile(6*PAGE)
lseek(fd, 0, SEEK_HOLE)          = 6*PAGE
fallocate(fd, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, PAGE+1, 3*PAGE) = 0
lseek(fd, 0, SEEK_HOLE)          = 2*PAGE
lseek(fd, 2*PAGE, SEEK_DATA)     = 4*PAGE
fsync(fd)                        = 0
lseek(fd, 0, SEEK_HOLE)          = 2*PAGE
lseek(fd, 2*PAGE, SEEK_DATA)     = 4*PAGE
lseek(fd, 4*PAGE, SEEK_HOLE)     = 6*PAGE

@ HOL-04 room that was asked for is no content
fd = tmpfile(100)
fallocate(fd, 0, 0, 4*PAGE)      = 0
fstat_size(fd)                   = 4*PAGE
lseek(fd, 0, SEEK_DATA)          = 0
lseek(fd, 0, SEEK_HOLE)          = PAGE
lseek(fd, PAGE, SEEK_DATA)       = -1 ENXIO
pwrite64(fd, "x", 1, 2*PAGE)     = 1
lseek(fd, PAGE, SEEK_DATA)       = 2*PAGE
lseek(fd, 2*PAGE, SEEK_HOLE)     = 3*PAGE

@ HOL-05 a file that ends inside a page
fd = tmpfile(PAGE+100)
lseek(fd, 0, SEEK_HOLE)          = PAGE+100
lseek(fd, PAGE+50, SEEK_DATA)    = PAGE+50
lseek(fd, PAGE+100, SEEK_DATA)   = -1 ENXIO
ftruncate(fd, 3*PAGE)            = 0
lseek(fd, 0, SEEK_HOLE)          = 2*PAGE
ftruncate(fd, 100)               = 0
lseek(fd, 0, SEEK_HOLE)          = 100

@ HOL-06 a store through a map is content, a load is not
A = 0x100000000000
fd = tmpfile(0)
ftruncate(fd, 8*PAGE)            = 0
mmap(A, 8*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
load(A+PAGE, 1)                  = 0
lseek(fd, 0, SEEK_DATA)          = -1 ENXIO
store(A+4*PAGE, 1, 1)            = 0
lseek(fd, 0, SEEK_DATA)          = 4*PAGE
lseek(fd, 4*PAGE, SEEK_HOLE)     = 5*PAGE

@ HOL-07 a file in memory
A = 0x100000000000
fd = memfd(0)
ftruncate(fd, 8*PAGE)            = 0
lseek(fd, 0, SEEK_DATA)          = -1 ENXIO
lseek(fd, 0, SEEK_HOLE)          = 0
byte(fd, 3*PAGE)                 = 0
lseek(fd, 0, SEEK_DATA)          = -1 ENXIO
pwrite64(fd, "x", 1, 2*PAGE+7)   = 1
lseek(fd, 7, SEEK_DATA)          = 2*PAGE
lseek(fd, 2*PAGE+7, SEEK_HOLE)   = 3*PAGE
mmap(A, 8*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, fd, 0) = A
load(A+4*PAGE, 1)                = 0
lseek(fd, 3*PAGE, SEEK_DATA)     = 4*PAGE
lseek(fd, 4*PAGE, SEEK_HOLE)     = 5*PAGE
fallocate(fd, 0, 6*PAGE, PAGE)   = 0
lseek(fd, 5*PAGE, SEEK_DATA)     = -1 ENXIO
fallocate(fd, FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0, 3*PAGE) = 0
lseek(fd, 0, SEEK_DATA)          = 4*PAGE
ftruncate(fd, 4*PAGE+100)        = 0
lseek(fd, 4*PAGE, SEEK_HOLE)     = 4*PAGE+100
