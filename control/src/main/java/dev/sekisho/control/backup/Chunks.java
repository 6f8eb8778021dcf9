package dev.sekisho.control.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// A stream sealed in chunks; the layout stands in the package's door sign.
final class Chunks {
    static final int TEXT_BYTES = 1 << 16;

    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;

    private final SecretKey key;
    private final byte[] header;
    private long number;

    private Chunks(SecretKey key, byte[] header) {
        this.key = key;
        this.header = header.clone();
    }

    private byte[] next(int mode, byte[] bytes, int length, boolean last) throws AEADBadTagException {
        try {
            byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                    .putLong(3, number)
                    .put(NONCE_BYTES - 1, (byte) (last ? 1 : 0))
                    .array();
            number++;
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(header);
            return cipher.doFinal(bytes, 0, length);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /// Seals what is written to it. Closing it writes the last chunk and does not close what is below.
    static OutputStream sealing(SecretKey key, Header header, OutputStream out) {
        return new Sealing(new Chunks(key, header.bytes()), out);
    }

    private static final class Sealing extends OutputStream {
        private final Chunks chunks;
        private final OutputStream out;
        private final byte[] text = new byte[TEXT_BYTES];
        private int length;
        private boolean closed;

        Sealing(Chunks chunks, OutputStream out) {
            this.chunks = chunks;
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            int done = 0;
            while (done < count) {
                if (length == TEXT_BYTES) {
                    emit(false);
                }
                int part = Math.min(count - done, TEXT_BYTES - length);
                System.arraycopy(bytes, offset + done, text, length, part);
                length += part;
                done += part;
            }
        }

        private void emit(boolean last) throws IOException {
            try {
                out.write(chunks.next(Cipher.ENCRYPT_MODE, text, length, last));
                length = 0;
            } catch (AEADBadTagException e) {
                throw new IllegalStateException("sealing checks no tag", e);
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                emit(true);
                out.flush();
            }
        }
    }

    /// Opens what [#sealing] wrote. Reads to the end, and throws when a chunk is not the one that was written there.
    static InputStream opening(SecretKey key, Header header, InputStream in) {
        return new Opening(new Chunks(key, header.bytes()), in);
    }

    private static final class Opening extends InputStream {
        private final Chunks chunks;
        private final InputStream in;
        private byte[] sealed;
        private int sealedLength = -1;
        private byte[] text = new byte[0];
        private int position;
        private boolean ended;

        Opening(Chunks chunks, InputStream in) {
            this.chunks = chunks;
            this.in = in;
            this.sealed = new byte[TEXT_BYTES + TAG_BYTES];
        }

        private boolean fill() throws IOException {
            while (position == text.length) {
                if (ended) {
                    return false;
                }
                if (sealedLength < 0) {
                    sealedLength = in.readNBytes(sealed, 0, sealed.length);
                }
                byte[] following = new byte[TEXT_BYTES + TAG_BYTES];
                int followingLength = in.readNBytes(following, 0, following.length);
                ended = followingLength == 0;
                try {
                    text = chunks.next(Cipher.DECRYPT_MODE, sealed, sealedLength, ended);
                } catch (AEADBadTagException e) {
                    throw new BackupException(
                            chunks.number == 1
                                    ? "the backup can't be opened: the passphrase or key is another, or the file is"
                                            + " damaged"
                                    : "the backup is damaged or was cut off",
                            e);
                }
                position = 0;
                sealed = following;
                sealedLength = followingLength;
            }
            return true;
        }

        @Override
        public int read() throws IOException {
            return fill() ? text[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int part = Math.min(count, text.length - position);
            System.arraycopy(text, position, bytes, offset, part);
            position += part;
            return part;
        }
    }
}
