package dev.sekisho.bench.netns;

import dev.sekisho.it.lab.Implementation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the command line asks for. The last implementation is the yardstick that the others are divided by.
///
/// @param rounds how often every experiment visits every lab
/// @param seconds of one throughput run
/// @param json where the records go
/// @param quiet how long to wait for the rest of the machine before a measurement
/// @param foreignCores more of other people's work than this spoils a measurement
record Options(
        List<Implementation> implementations,
        List<Experiment> experiments,
        int rounds,
        double seconds,
        boolean smoke,
        Path json,
        Duration quiet,
        double foreignCores) {
    static final String HELP = """
            bench/netns [options]: WireGuard implementations as pairs in network namespaces, ratios of the same round
              --impl NAME='COMMAND %%i'  an implementation (again for more); the last one is the yardstick.
                                        Default: sekisho, and the current wireguard-go of bench/peers
              --tests LIST              of %s
              --rounds N                default 5
              --secs S                  of one throughput run, default 5
              --json FILE               default bench/target/netns.json
              --quiet S                 wait at most so long for an idle machine before each measurement, default 20
              --foreign CORES           more foreign load than this spoils a measurement, default 0.15
              --smoke                   one short round that only proves that everything works
            """;

    static Options parse(String[] words, Path home, Path currentWireguardGo) {
        var implementations = new ArrayList<Implementation>();
        Optional<List<Experiment>> chosen = Optional.empty();
        int rounds = 5;
        double seconds = 5;
        double quiet = 20;
        double foreign = 0.15;
        boolean smoke = false;
        Path json = home.resolve("bench/target/netns.json");
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--impl" -> implementations.add(implementation(words[++i]));
                case "--tests" -> chosen = Optional.of(Experiment.parse(words[++i]));
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--secs" -> seconds = Double.parseDouble(words[++i]);
                case "--quiet" -> quiet = Double.parseDouble(words[++i]);
                case "--foreign" -> foreign = Double.parseDouble(words[++i]);
                case "--json" -> json = Path.of(words[++i]);
                case "--smoke" -> smoke = true;
                default -> throw new IllegalArgumentException("unknown option " + words[i]);
            }
        }
        if (smoke) {
            rounds = 1;
            seconds = 1;
            quiet = 0;
        }
        if (implementations.isEmpty()) {
            implementations.add(Implementation.sekisho(home));
            implementations.add(new Implementation("wireguard-go", currentWireguardGo + " -f %i"));
        }
        List<Experiment> experiments = chosen.orElse(smoke ? Experiment.SMOKE : List.of(Experiment.values()));
        return new Options(
                List.copyOf(implementations),
                experiments,
                rounds,
                seconds,
                smoke,
                json,
                Duration.ofMillis((long) (quiet * 1000)),
                foreign);
    }

    private static Implementation implementation(String word) {
        int equals = word.indexOf('=');
        if (equals <= 0 || !word.contains("%i")) {
            throw new IllegalArgumentException("expected NAME='COMMAND %i', not " + word);
        }
        return new Implementation(word.substring(0, equals), word.substring(equals + 1));
    }

    Implementation yardstick() {
        return implementations.getLast();
    }
}
