package dev.pagoda.runtime.scml;

/**
 * One call's verdict.
 *
 * @param verdict what becomes of it
 * @param reason why, in half a sentence; empty for a supported call
 */
public record Judgement(Verdict verdict, String reason) {
    static final Judgement SUPPORTED = new Judgement(Verdict.SUPPORTED, "");
}
