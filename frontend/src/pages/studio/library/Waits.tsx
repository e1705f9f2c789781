import { Ask } from "../../../components/studio/Ask";
import { Disclosure } from "../../../components/ui/Disclosure";
import { ExportPanel } from "../../../components/studio/library/ExportPanel";
import { ProblemNote } from "../../../components/ui/ProblemNote";
import { RightsNotice } from "../../../components/studio/library/RightsNotice";
import { RulesPanel } from "../../../components/studio/library/RulesPanel";
import { VoicesPanel } from "../../../components/studio/library/VoicesPanel";
import { useLanguage } from "../../../hooks/useLanguage";
import { useExports, useVoices } from "../../../hooks/useReview";
import { useRights } from "../../../hooks/useRights";
import { useSpan } from "../../../hooks/useSpan";

/** What waits for the creator's word before anything can be learned: whose it is, and who they are in chats. */
export function Waits({ slug }: { slug: string }) {
  const { rights, claim } = useRights(slug);
  const { exports, choose } = useExports(slug);
  const problem = rights.error ?? claim.error ?? exports.error ?? choose.error;
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      {rights.data && <RightsNotice rights={rights.data} busy={claim.isPending} onClaim={() => claim.mutate()} />}
      {exports.data && (
        <ExportPanel
          exports={exports.data}
          busy={choose.isPending}
          onChoose={(item_id, answer, name) => choose.mutate({ item_id, answer, name })}
        />
      )}
      <VoicesSection slug={slug} asking />
    </>
  );
}

/** The rules about whose the library is. */
export function RulesSection({ slug }: { slug: string }) {
  const { t } = useLanguage();
  const { rights, addRule, removeRule } = useRights(slug);
  const problem = addRule.error ?? removeRule.error;
  if (!rights.data) return null;
  return (
    <Disclosure name="rights" title={t("rights.title")} hint={t("rights.hint")} count={rights.data.rules.length}>
      {problem && <ProblemNote problem={problem} />}
      <RulesPanel
        rights={rights.data}
        busy={addRule.isPending || removeRule.isPending}
        onAdd={(rule) => addRule.mutate(rule)}
        onRemove={(rule) => removeRule.mutate(rule.ordinal)}
      />
    </Disclosure>
  );
}

/** The voices that were told apart; nothing where no recording was. `asking`: only while none is known to be the creator's. */
export function VoicesSection({ slug, asking }: { slug: string; asking: boolean }) {
  const { t } = useLanguage();
  const { voices, choose, disown } = useVoices(slug);
  const error = choose.error ?? disown.error;
  const { playing, toggle } = useSpan();
  if (voices.error) return asking ? null : <ProblemNote problem={voices.error} onRetry={() => void voices.refetch()} />;
  if (!voices.data?.length || voices.data.some((voice) => voice.is_guess) !== asking) return null;
  const content = (
    <>
      {error && <ProblemNote problem={error} />}
      <VoicesPanel
        voices={voices.data}
        playing={playing}
        busy={choose.isPending || disown.isPending}
        onPlay={({ id, media_url, start_s, end_s }) =>
          media_url != null && toggle({ id, url: media_url, start_s, end_s })
        }
        onChoose={(voice) => choose.mutate(voice.id)}
        onDisown={(voice) => disown.mutate(voice.id)}
      />
    </>
  );
  if (!asking) {
    return (
      <Disclosure name="voices" title={t("voices.title")} hint={t("voices.hint")} count={voices.data.length}>
        {content}
      </Disclosure>
    );
  }
  return (
    <Ask>
      <div>
        <h2>{t("voices.ask")}</h2>
        <p>{t("voices.hint")}</p>
      </div>
      {content}
    </Ask>
  );
}
