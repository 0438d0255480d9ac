package io.exchange.protocol;

/** One method for each kind of frame, so that a new kind does not compile until every receiver handles it. */
public interface FrameReceiver {

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void hello(Frame.Hello frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void helloReply(Frame.HelloReply frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void command(Frame.Command frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void reply(Frame.Reply frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void item(Frame.Item frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void credit(Frame.Credit frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void cancel(Frame.Cancel frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void message(Frame.Message frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void fragmented(Frame.Fragmented frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void fragment(Frame.Fragment frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void fragmentCredit(Frame.FragmentCredit frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void heartbeat(Frame.Heartbeat frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void heartbeatAck(Frame.HeartbeatAck frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void granted(Frame.Granted frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void grantedAck(Frame.GrantedAck frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void revoked(Frame.Revoked frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void revokedAck(Frame.RevokedAck frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void roles(Frame.Roles frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void goodBye(Frame.GoodBye frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void goodByeAck(Frame.GoodByeAck frame);

    /**
     * Takes a frame of this kind.
     *
     * @param frame the frame
     */
    void malformed(Frame.Malformed frame);
}
