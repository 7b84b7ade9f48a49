# Scratch files without maps.
fd = tmpfile(2*PAGE)
byte(fd, PAGE)                           = 'b'
byte(fd, 2*PAGE)                         = -1   # the end of the file
pwrite64(fd, "Hello, world", 5, 3)       = 5
pread64(fd, 8, 0)                        = "aaaHello"
fstat_size(fd)                           = 2*PAGE
ftruncate(fd, 5)                         = 0
fstat_size(fd)                           = 5
close(fd)                                = 0
close(fd)                                = -1 EBADF (Bad file descriptor)
byte(fd, 0)                              = -1 EBADF

@ FILE-1 the same in memory
fd = memfd(PAGE+100)
byte(fd, PAGE+99)                        = 'b'
fstat_size(fd)                           = PAGE+100
