package dev.sekisho.control.device;

import io.nayuki.qrcodegen.QrCode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// A QR code as a PNG image of one bit per pixel, for mails: their readers show no SVG. Stateless. Source: ISO/IEC
/// 18004, and ISO/IEC 15948 (PNG) sections 5.3, 11.2.2 and 11.2.4.
final class QrPng {
    /// Light modules around it, which readers need.
    private static final int QUIET = 4;

    /// Pixels of a module.
    private static final int SCALE = 4;

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private QrPng() {}

    static byte[] of(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.LOW);
        int side = (code.size + 2 * QUIET) * SCALE;
        ByteBuffer header = ByteBuffer.allocate(13)
                .putInt(side)
                .putInt(side)
                .put((byte) 1) // bit depth
                .put(new byte[4]); // greyscale, deflate, adaptive filtering, not interlaced
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        chunk(png, "IHDR", header.array());
        chunk(png, "IDAT", deflated(pixels(code, side)));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    /// Lines from the top, each with its filter (0, none) before it; a light pixel is a 1.
    private static byte[] pixels(QrCode code, int side) {
        int lineBytes = 1 + (side + 7) / 8;
        byte[] pixels = new byte[lineBytes * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                if (!code.getModule(x / SCALE - QUIET, y / SCALE - QUIET)) {
                    pixels[y * lineBytes + 1 + x / 8] |= (byte) (0x80 >> x % 8);
                }
            }
        }
        return pixels;
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
