package io.exchange.controller.cluster;

import io.exchange.controller.primary.TargetRecord;

/** Is told of each change of a record. */
public interface DirectoryListener {

    /**
     * A record is another one. Called in order for one target, and never twice at a time for it; by whatever thread
     * submitted a change, so it must not block and had better hand over to a context of its own. What it throws is
     * logged and harms nothing. Changes may be missed where a cluster loses them: compare, do not count.
     *
     * @param before as it was; version 0 if the target was not known
     * @param after as it is; version 0 if the target was forgotten
     */
    void changed(TargetRecord before, TargetRecord after);
}
