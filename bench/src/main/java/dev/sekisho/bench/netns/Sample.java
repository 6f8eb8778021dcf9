package dev.sekisho.bench.netns;

import java.util.Map;

/// One measurement of one implementation, as it goes into the JSON file.
///
/// @param experiment see [Experiment#word]
/// @param implementation its name
/// @param round 0 = the cold one
/// @param clean whether others left the machine alone meanwhile and nothing failed
/// @param foreignCores how much they took
/// @param values by name, see [Metric]
/// @param error why there are no values, or empty
record Sample(
        String experiment,
        String implementation,
        int round,
        boolean clean,
        double foreignCores,
        Map<String, Double> values,
        String error) {}
