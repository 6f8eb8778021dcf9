package dev.sekisho.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sekisho.tun.TunException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"wg0", "a", "wg-home_1.2", "abcdefghijklmno", "wg%d", "..."})
    void takesLegalInterfaceNames(String name) {
        assertThatCode(() -> InterfaceName.check(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abcdefghijklmnop", "a/b", "a b", "a:b", ".", "..", "a\n", "wg%s", "%d%d", "grün"})
    void refusesIllegalInterfaceNames(String name) {
        assertThatExceptionOfType(TunException.class)
                .isThrownBy(() -> InterfaceName.check(name))
                .withMessageContaining("interface name");
    }

    @Test
    void saysHowLongANameMayBe() {
        assertThatExceptionOfType(TunException.class)
                .isThrownBy(() -> InterfaceName.check("abcdefghijklmnop"))
                .withMessage(
                        "interface name 'abcdefghijklmnop' is too long: it has 16 characters, at most 15 are allowed");
    }

    @Test
    void saysWhatToDoWithoutADeviceOrPermission() {
        assertThat(LinuxTun.openRefused(Errno.ENOENT)).contains("there is no /dev/net/tun", "modprobe tun", "--device");
        assertThat(LinuxTun.openRefused(Errno.EACCES)).contains("no permission", "run as root");
        assertThat(LinuxTun.openRefused(Errno.EIO)).isEqualTo("cannot open /dev/net/tun: EIO");
        assertThat(LinuxTun.attachRefused("wg0", Errno.EPERM)).contains("interface wg0", "CAP_NET_ADMIN");
        assertThat(LinuxTun.attachRefused("wg0", Errno.EBUSY)).contains("wg0 is in use", "ip link delete wg0");
        assertThat(LinuxTun.attachRefused("wg0", Errno.EINVAL)).isEqualTo("cannot create interface wg0: EINVAL");
        assertThat(UdpSetup.markRefused(Errno.EPERM)).contains("firewall mark", "CAP_NET_ADMIN");
    }

    @ParameterizedTest
    @CsvSource({
        "1,EPERM", "11,EAGAIN", "22,EINVAL", "77,EBADFD", "95,EOPNOTSUPP", "98,EADDRINUSE", "113,EHOSTUNREACH",
        "131,ENOTRECOVERABLE", "132,ERFKILL", "133,EHWPOISON", "41,error 41", "0,error 0", "-1,error -1",
                "9999,error 9999"
    })
    void namesErrorNumbers(int number, String name) {
        assertThat(Errno.name(number)).isEqualTo(name);
    }
}
