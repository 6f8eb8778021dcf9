package dev.sekisho.dataplane.run;

/// Something that another thread asks of a worker; runs on the worker's thread between two batches.
@FunctionalInterface
interface WorkerTask {
    void run(Worker worker);
}
