package dev.sekisho.tun.memory;

/// How badly the switch treats datagrams, each as a probability from 0 to 1.
///
/// @param loss it never arrives
/// @param duplicate it arrives twice
/// @param reorder it arrives after the one sent next
public record Faults(double loss, double duplicate, double reorder) {
    /// Everything arrives once, in order.
    public static final Faults NONE = new Faults(0, 0, 0);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when one is no probability
    public Faults {
        if (!isProbability(loss) || !isProbability(duplicate) || !isProbability(reorder)) {
            throw new IllegalArgumentException("probabilities are between 0 and 1");
        }
    }

    private static boolean isProbability(double value) {
        return value >= 0 && value <= 1;
    }

    boolean isNone() {
        return loss == 0 && duplicate == 0 && reorder == 0;
    }
}
