package dev.sekisho.dataplane.noise;

/// Why a handshake message was dropped or could not be made. Each reason has one counter.
public enum HandshakeDrop {
    MALFORMED("not a handshake message of known type, length and reserved bytes"),
    NO_IDENTITY("this side has no private key"),
    INVALID_MAC1("mac1 is wrong: the sender does not know our public key, or a byte was changed"),
    COOKIE_SENT("under load and mac2 is wrong or absent: answered with a cookie"),
    RATE_LIMITED("under load and too many handshakes from this source"),
    INVALID_POINT("a public key of low order: the shared secret would be zero"),
    FORGED_STATIC("the sealed static key does not open"),
    FROM_OURSELVES("an initiation under our own static key"),
    UNKNOWN_PEER("an initiation of nobody we know"),
    FORGED_TIMESTAMP("the sealed time stamp does not open: the sender does not hold the static key that it claims"),
    REPLAYED_INITIATION("the time stamp is not newer than the newest one of this peer"),
    INITIATION_FLOOD("initiations of this peer follow too fast"),
    NO_FREE_INDEX("the index table is full"),
    NO_PENDING_HANDSHAKE("a response to no running handshake: late, repeated or invented"),
    FORGED_RESPONSE("the response does not open: wrong pre-shared key, wrong peer or a changed byte"),
    UNEXPECTED_COOKIE("a cookie reply to no message of ours"),
    FORGED_COOKIE("the cookie does not open: not from the peer, or not for our last message"),
    PEER_REMOVED("the peer was removed meanwhile");

    private final String sentence;

    HandshakeDrop(String sentence) {
        this.sentence = sentence;
    }

    /// The reason in words.
    public String sentence() {
        return sentence;
    }
}
