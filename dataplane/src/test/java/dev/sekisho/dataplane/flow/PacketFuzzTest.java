package dev.sekisho.dataplane.flow;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any bytes are a packet or a fault, and the slow parser says the same.
class PacketFuzzTest {
    private final ParserCheck check = new ParserCheck();

    @FuzzTest
    void agreesWithTheSlowParser(byte[] input) {
        check.parseAndCompare(input);
    }
}
