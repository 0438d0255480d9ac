package io.exchange.controller.batch;

import io.exchange.controller.RetryPolicy;

/**
 * How a batch is run.
 *
 * @param concurrency how many commands are under way at a time
 * @param retries how often each is tried
 * @param maxFailures how many may fail before the rest is given up
 * @param deadline the cluster time in milliseconds when what has not ended ends
 * @param retentionMillis how long the record is kept after the end
 */
public record BatchPlan(int concurrency, RetryPolicy retries, int maxFailures, long deadline, long retentionMillis) {}
