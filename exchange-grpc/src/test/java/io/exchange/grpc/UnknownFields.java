package io.exchange.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Messages as a later version would write them: with fields that this one does not know. */
final class UnknownFields {

    private UnknownFields() {}

    /** A copy with one more field in it, and in every message within. */
    static Message addedTo(Message message, Random random) {
        Message.Builder copy = message.toBuilder();
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
                continue;
            }
            if (field.isRepeated()) {
                List<?> elements = (List<?>) entry.getValue();
                for (int i = 0; i < elements.size(); i++) {
                    copy.setRepeatedField(field, i, addedTo((Message) elements.get(i), random));
                }
            } else {
                copy.setField(field, addedTo((Message) entry.getValue(), random));
            }
        }
        return copy.setUnknownFields(unknown(random)).build();
    }

    private static UnknownFieldSet unknown(Random random) {
        UnknownFieldSet.Field.Builder field = UnknownFieldSet.Field.newBuilder();
        switch (random.nextInt(4)) {
            case 0 -> field.addVarint(random.nextLong());
            case 1 -> field.addFixed32(random.nextInt());
            case 2 -> field.addFixed64(random.nextLong());
            default -> field.addLengthDelimited(ByteString.copyFrom(new byte[random.nextInt(300)]));
        }
        return UnknownFieldSet.newBuilder()
                .addField(100 + random.nextInt(500), field.build())
                .build();
    }
}
