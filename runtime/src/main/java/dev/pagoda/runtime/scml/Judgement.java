package dev.pagoda.runtime.scml;

/**
 * One call's verdict.
 *
 * @param verdict what becomes of it
 * @param reason why, in half a sentence; empty for a supported call
 */
public record Judgement(Verdict verdict, String reason) {
    static final Judgement SUPPORTED = new Judgement(Verdict.SUPPORTED, "");

    /** Of a call that the rules do not speak of and that is not refused for it. */
    public static Judgement other(String call) {
        return new Judgement(Verdict.OTHER, RuleSet.NO_RULE + call);
    }
}
