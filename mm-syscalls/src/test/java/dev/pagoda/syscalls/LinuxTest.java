package dev.pagoda.syscalls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

/** The constants, and the way back from numbers to names. */
class LinuxTest {
    @Test
    void everyConstantIsFoundByItsName() throws IllegalAccessException {
        int count = 0;
        for (Field field : Linux.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                assertThat(Linux.valueOf(field.getName())).as(field.getName()).hasValue(field.getLong(null));
                count++;
            }
        }
        assertThat(Linux.names()).hasSize(count);
        assertThat(Linux.valueOf("MAP_NOTHING")).isEmpty();
    }

    @Test
    void printsFlagsAsStraceDoes() {
        assertThat(Linux.decodeProtection(0)).isEqualTo("PROT_NONE");
        assertThat(Linux.decodeProtection(7)).isEqualTo("PROT_READ|PROT_WRITE|PROT_EXEC");
        assertThat(Linux.decodeProtection(0x100001)).isEqualTo("PROT_READ|0x100000");
        assertThat(Linux.decodeMapFlags(0x22 | 1 << 23)).isEqualTo("MAP_PRIVATE|MAP_ANONYMOUS|0x800000");
        assertThat(Linux.decodeMapFlags(0x32)).isEqualTo("MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS");
        assertThat(Linux.decodeMapFlags(3)).isEqualTo("MAP_SHARED_VALIDATE");
        assertThat(Linux.decodeMapFlags(0x40022 | 21 << 26))
                .isEqualTo("MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT");
        assertThat(Linux.decodeMapFlags(0)).isEqualTo("MAP_FILE");
        assertThat(Linux.decodeMapFlags(7 | 0x10)).isEqualTo("7|MAP_FIXED");
        assertThat(Linux.decodeSyncFlags(5)).isEqualTo("MS_SYNC|MS_ASYNC");
        assertThat(Linux.decodeSyncFlags(-1)).isEqualTo("MS_SYNC|MS_ASYNC|MS_INVALIDATE|0xfffffff8");
        assertThat(Linux.decodeRemapFlags(0)).isEqualTo("0");
        assertThat(Linux.decodeAdvice(4)).isEqualTo("MADV_DONTNEED");
        assertThat(Linux.decodeAdvice(1212)).isEqualTo("0x4bc");
        assertThat(Linux.decodeOpenFlags(0x80242)).isEqualTo("O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC");
        assertThat(Linux.decodeOpenFlags(Linux.O_SYNC)).isEqualTo("O_RDONLY|O_SYNC");
        assertThat(Linux.decodeWhence(2)).isEqualTo("SEEK_END");
        assertThat(Linux.decodeCall(9)).isEqualTo("mmap");
        assertThat(Linux.decodeCall(100_000)).isEqualTo("syscall_100000");
    }
}
