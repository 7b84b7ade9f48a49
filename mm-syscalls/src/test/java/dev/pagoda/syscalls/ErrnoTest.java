package dev.pagoda.syscalls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void everyNumberIsFoundByItsName() throws IllegalAccessException {
        for (Field field : Errno.class.getFields()) {
            if (field.getName().startsWith("E")) {
                assertThat(Errno.number(field.getName())).as(field.getName()).hasValue(field.getInt(null));
            }
        }
        assertThat(Errno.number("ENOTHING")).isEmpty();
        assertThat(Errno.number("EDEADLOCK")).hasValue(Errno.EDEADLK);
    }

    @Test
    void namesAndTextsAreThoseOfTheCLibrary() {
        assertThat(Errno.name(Errno.EINVAL)).isEqualTo("EINVAL");
        assertThat(Errno.message(Errno.EINVAL)).isEqualTo("Invalid argument");
        assertThat(Errno.name(11)).isEqualTo("EAGAIN");
        assertThat(Errno.name(95)).isEqualTo("EOPNOTSUPP");
        assertThat(Errno.name(530)).isEqualTo("errno 530");
        assertThat(Errno.message(0)).isEqualTo("Unknown error 0");
    }

    @Test
    void onlySmallNegativeNumbersAreErrors() {
        assertThat(Errno.isError(-1)).isTrue();
        assertThat(Errno.isError(-4095)).isTrue();
        assertThat(Errno.isError(-4096)).isFalse();
        assertThat(Errno.isError(0)).isFalse();
        assertThat(Errno.isError(0x7fffffff0000L)).isFalse();
    }
}
