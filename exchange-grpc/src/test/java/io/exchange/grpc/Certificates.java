package io.exchange.grpc;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.JksOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.security.KeyStore;

/** An authority, and certificates of it, made anew for each test. */
public final class Certificates {

    private static final String PASSWORD = "of the test";

    private final X509Bundle authority;

    public Certificates(String name) throws Exception {
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    /** A certificate for this machine. */
    public X509Bundle server() throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .addSanIpAddress(InetAddress.getLoopbackAddress())
                .buildIssuedBy(authority);
    }

    /** A certificate for a host that is not this machine. */
    X509Bundle elsewhere() throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=elsewhere.example")
                .addSanDnsName("elsewhere.example")
                .buildIssuedBy(authority);
    }

    public X509Bundle client(String name) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name + ",O=Exchange")
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority);
    }

    public TrustOptions pemTrust() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(authority.getCertificatePEM()));
    }

    /** The authority's own certificate. */
    String pemAuthority() {
        return authority.getCertificatePEM();
    }

    TrustOptions storeTrust(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setCertificateEntry("authority", authority.getCertificate());
        Buffer bytes = bytes(store);
        return type.equals("JKS")
                ? new JksOptions().setValue(bytes).setPassword(PASSWORD)
                : new PfxOptions().setValue(bytes).setPassword(PASSWORD);
    }

    public static KeyCertOptions pem(X509Bundle bundle) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(bundle.getCertificatePathPEM()))
                .addKeyValue(Buffer.buffer(bundle.getPrivateKeyPEM()));
    }

    static KeyCertOptions store(String type, X509Bundle bundle) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setKeyEntry(
                "key", bundle.getKeyPair().getPrivate(), PASSWORD.toCharArray(), bundle.getCertificatePathWithRoot());
        Buffer bytes = bytes(store);
        return type.equals("JKS")
                ? new JksOptions().setValue(bytes).setPassword(PASSWORD)
                : new PfxOptions().setValue(bytes).setPassword(PASSWORD);
    }

    private static Buffer bytes(KeyStore store) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, PASSWORD.toCharArray());
        return Buffer.buffer(out.toByteArray());
    }
}
