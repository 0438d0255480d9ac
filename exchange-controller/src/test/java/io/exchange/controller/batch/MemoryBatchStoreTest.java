package io.exchange.controller.batch;

class MemoryBatchStoreTest extends BatchStoreContract {

    @Override
    protected BatchStore open() {
        return new MemoryBatchStore(System::currentTimeMillis);
    }
}
