package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.exchange.controller.primary.TargetRecord;

/** Brings changes of the map to the index. Called on Hazelcast's threads, so it does no more than that. */
final class RecordListener
        implements EntryAddedListener<String, TargetRecord>,
                EntryUpdatedListener<String, TargetRecord>,
                EntryMergedListener<String, TargetRecord>,
                EntryRemovedListener<String, TargetRecord> {

    private final LocalIndex index;

    RecordListener(LocalIndex index) {
        this.index = index;
    }

    @Override
    public void entryAdded(EntryEvent<String, TargetRecord> event) {
        index.hear(event.getValue());
    }

    @Override
    public void entryUpdated(EntryEvent<String, TargetRecord> event) {
        index.hear(event.getValue());
    }

    @Override
    public void entryMerged(EntryEvent<String, TargetRecord> event) {
        index.hear(event.getValue());
    }

    @Override
    public void entryRemoved(EntryEvent<String, TargetRecord> event) {
        TargetRecord removed = event.getOldValue();
        if (removed != null) {
            index.hearGone(event.getKey(), removed.version());
        }
    }
}
