package io.exchange.grpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.io.InputStream;

/** The description of the exchange's own service, as {@code exchange.proto} was compiled, for reflection. */
final class ExchangeProto {

    private static final String COMPILED = "/exchange.desc";
    private static final ServiceDescriptor SERVICE = load();

    private ExchangeProto() {}

    static ServiceDescriptor service() {
        return SERVICE;
    }

    private static ServiceDescriptor load() {
        try (InputStream in = ExchangeProto.class.getResourceAsStream(COMPILED)) {
            if (in == null) {
                throw new IllegalStateException(COMPILED + " is missing");
            }
            FileDescriptorSet files = FileDescriptorSet.parseFrom(in);
            FileDescriptor file = FileDescriptor.buildFrom(files.getFile(0), new FileDescriptor[0]);
            return file.findServiceByName("Exchange");
        } catch (IOException | DescriptorValidationException e) {
            throw new IllegalStateException(COMPILED + " cannot be read", e);
        }
    }
}
