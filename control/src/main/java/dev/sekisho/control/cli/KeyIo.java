package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// Keys on standard input and output, in the words and forms of `wg`.
final class KeyIo {
    private static final int BASE64_CHARS = 44;
    private static final int MAX_TRAILING_BYTES = 1 << 20;
    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private KeyIo() {}

    /// Prints a key on a line of its own, after a warning when everybody can read where it goes.
    static void print(SecretKey key, PrintStream out, PrintStream err) {
        if (isWorldAccessible(STDOUT)) {
            err.println("Warning: writing to world accessible file.");
            err.println("Consider setting the umask to 077 and trying again.");
        }
        byte[] base64 = Keys.base64(key);
        try {
            out.write(base64, 0, base64.length);
            out.write('\n');
            out.flush();
        } finally {
            Wipe.bytes(base64);
        }
    }

    /// Reads exactly one key; white space may follow it.
    ///
    /// @throws CommandFailure when there is anything else
    static SecretKey read(InputStream in) throws IOException {
        byte[] text = in.readNBytes(BASE64_CHARS);
        char[] chars = new char[text.length];
        try {
            for (int i = 0; i < text.length; i++) {
                chars[i] = (char) (text[i] & 0xff);
            }
            for (int rest = 0; rest <= MAX_TRAILING_BYTES; rest++) {
                int c = in.read();
                if (c < 0) {
                    return Keys.parse(CharBuffer.wrap(chars))
                            .orElseThrow(() -> new CommandFailure("Key is not the correct length or format"));
                }
                if (c != 0 && !Character.isWhitespace(c)) {
                    break;
                }
            }
            throw new CommandFailure("Trailing characters found after key");
        } finally {
            Wipe.bytes(text);
            Arrays.fill(chars, '\0');
        }
    }

    private static boolean isWorldAccessible(Path file) {
        try {
            Set<PosixFilePermission> others = EnumSet.of(
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);
            others.retainAll(Files.getPosixFilePermissions(file));
            return Files.isRegularFile(file) && !others.isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
