package dev.sekisho.control.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProofsTest {
    private static final int SIZE = 70;
    private static final HexFormat HEX = HexFormat.of();

    /// The entries of the test vectors of Certificate Transparency's reference implementation.
    private static final String[] ENTRIES = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
    };

    private final TreeHash hash = new TreeHash();
    private final Map<String, byte[]> nodes = new HashMap<>();
    private final List<byte[]> leaves = new ArrayList<>();
    private final List<String> roots = new ArrayList<>();
    private final Proofs proofs =
            new Proofs((level, position) -> java.util.Objects.requireNonNull(nodes.get(level + "/" + position)));

    ProofsTest() {
        CompactRange range = CompactRange.empty();
        roots.add(range.rootText());
        for (int i = 0; i < SIZE; i++) {
            byte[] leaf = hash.leaf(("entry " + i).getBytes(StandardCharsets.UTF_8));
            leaves.add(leaf);
            range = CompactRange.of(range.size(), range.bytes());
            range.append(leaf, (level, position, node) -> nodes.put(level + "/" + position, node));
            roots.add(range.rootText());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    })
    void rootsAreThoseOfTheReference(int size, String root) {
        CompactRange range = CompactRange.empty();
        for (int i = 0; i < size; i++) {
            range.append(hash.leaf(HEX.parseHex(ENTRIES[i])), (_, _, _) -> {});
        }
        assertThat(range.rootText()).isEqualTo(root);
    }

    @Test
    void oldRootsAreFoundAgain() {
        for (int size = 0; size <= SIZE; size++) {
            assertThat(proofs.root(size)).isEqualTo(roots.get(size));
        }
    }

    @Test
    void everyEntryIsProvenInEveryTreeAndNoOtherIs() {
        for (int size = 1; size <= SIZE; size++) {
            for (int index = 0; index < size; index++) {
                List<byte[]> path = proofs.inclusion(index, size);
                assertThat(Proofs.isIncluded(leaves.get(index), index, size, path, roots.get(size)))
                        .isTrue();
                byte[] other = leaves.get((index + 1) % SIZE);
                assertThat(Proofs.isIncluded(other, index, size, path, roots.get(size)))
                        .isFalse();
                assertThat(Proofs.isIncluded(leaves.get(index), index, size, path, roots.get(size - 1)))
                        .isFalse();
                assertThat(Proofs.isIncluded(leaves.get(index), index + 1, size, path, roots.get(size)))
                        .isFalse();
            }
        }
    }

    @Test
    void aPathThatIsTooShortOrTooLongProvesNothing() {
        List<byte[]> path = proofs.inclusion(5, SIZE);
        List<byte[]> longer = new ArrayList<>(path);
        longer.add(path.getLast());
        assertThat(Proofs.isIncluded(leaves.get(5), 5, SIZE, longer, roots.get(SIZE)))
                .isFalse();
        assertThat(Proofs.isIncluded(leaves.get(5), 5, SIZE, path.subList(1, path.size()), roots.get(SIZE)))
                .isFalse();
        assertThat(Proofs.isIncluded(leaves.get(5), -1, SIZE, path, roots.get(SIZE)))
                .isFalse();
        assertThat(Proofs.isIncluded(leaves.get(5), SIZE, SIZE, path, roots.get(SIZE)))
                .isFalse();
    }

    @Test
    void everyTreeIsProvenToBeginWithEveryOlderOneAndWithNoOther() {
        for (int second = 1; second <= SIZE; second++) {
            for (int first = 1; first <= second; first++) {
                List<byte[]> path = proofs.consistency(first, second);
                Proofs.Tree older = new Proofs.Tree(first, roots.get(first));
                Proofs.Tree newer = new Proofs.Tree(second, roots.get(second));
                assertThat(Proofs.isConsistent(older, newer, path)).isTrue();
                Proofs.Tree forged = new Proofs.Tree(first, roots.get(first - 1));
                assertThat(Proofs.isConsistent(forged, newer, path)).isFalse();
                assertThat(Proofs.isConsistent(older, new Proofs.Tree(second, roots.get(second - 1)), path))
                        .isFalse();
                if (!path.isEmpty()) {
                    assertThat(Proofs.isConsistent(older, newer, path.subList(1, path.size())))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void whatIsNotThereHasNoProof() {
        IntStream.of(-1, SIZE, SIZE + 1)
                .forEach(index -> assertThatThrownBy(() -> proofs.inclusion(index, SIZE))
                        .isInstanceOf(IllegalArgumentException.class));
        assertThatThrownBy(() -> proofs.consistency(0, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proofs.consistency(6, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Proofs.isConsistent(
                        new Proofs.Tree(0, roots.getFirst()), new Proofs.Tree(5, roots.get(5)), List.of()))
                .isFalse();
    }

    @Test
    void peaksOfAnotherTreeAreRefused() {
        assertThatThrownBy(() -> CompactRange.of(3, new byte[32])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CompactRange.of(-1, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CompactRange.of(0, new byte[32])).isInstanceOf(IllegalArgumentException.class);
    }
}
