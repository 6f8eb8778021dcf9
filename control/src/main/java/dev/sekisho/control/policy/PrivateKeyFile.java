package dev.sekisho.control.policy;

import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// The file with the server's private key: one line of base64, made when it isn't there.
///
/// @param path the file
record PrivateKeyFile(Path path) {
    private static final int BASE64_CHARS = 44;

    /// A key and the white space behind it.
    private static final int MAX_BYTES = BASE64_CHARS + 4;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /// The key; a new one when there is no file.
    ///
    /// @throws IllegalArgumentException with a sentence when the file holds anything else
    SecretKey readOrMake() throws IOException {
        try {
            return read();
        } catch (NoSuchFileException e) {
            return make();
        }
    }

    /// The key.
    ///
    /// @throws NoSuchFileException when there is none
    /// @throws IllegalArgumentException with a sentence when the file holds anything else
    SecretKey read() throws IOException {
        byte[] text = new byte[0];
        try (var in = Files.newInputStream(path)) {
            text = in.readNBytes(MAX_BYTES + 1);
            int end = text.length;
            while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r' || text[end - 1] == ' ')) {
                end--;
            }
            char[] chars = new char[end];
            for (int i = 0; i < end; i++) {
                chars[i] = (char) (text[i] & 0xff);
            }
            try {
                return Keys.parse(CharBuffer.wrap(chars))
                        .orElseThrow(() -> new IllegalArgumentException(
                                path + " does not hold a private key: 44 characters of base64"));
            } finally {
                Arrays.fill(chars, '\0');
            }
        } finally {
            Wipe.bytes(text);
        }
    }

    private SecretKey make() throws IOException {
        SecretKey key = SecretKey.generate(Entropy.system());
        byte[] base64 = Keys.base64(key);
        Set<StandardOpenOption> fresh = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel out =
                Files.newByteChannel(path, fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer line = ByteBuffer.allocate(BASE64_CHARS + 1)
                    .put(base64)
                    .put((byte) '\n')
                    .flip();
            while (line.hasRemaining()) {
                out.write(line);
            }
            Wipe.bytes(line.array());
            return key;
        } catch (FileAlreadyExistsException e) {
            key.close();
            return read();
        } catch (IOException e) {
            key.close();
            throw e;
        } finally {
            Wipe.bytes(base64);
        }
    }

    /// Whether others than the owner may do anything with the file.
    boolean isOpenToOthers() throws IOException {
        return isOpenToOthers(path);
    }

    /// Whether others than its owner have any right to a file.
    static boolean isOpenToOthers(Path path) throws IOException {
        Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
        rights.addAll(Files.getPosixFilePermissions(path));
        rights.removeAll(OWNER_ONLY);
        return !rights.isEmpty();
    }
}
