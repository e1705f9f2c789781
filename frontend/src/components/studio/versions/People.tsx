import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Taste.module.css";
import { peopleOf, type Votes } from "./people";

/** Measure 8: how often a version's answers were found more like the creator, against each rival. */
export function People({ people }: { people: unknown }) {
  const { t } = useLanguage();
  const found = peopleOf(people);
  if (found.length === 0) return null;
  return (
    <div className="scroll-x" data-testid="people">
      <table className="plain">
        <caption className={styles.caption}>{t("taste.people")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("taste.against")}</th>
            <th scope="col" className="right">{t("taste.wins")}</th>
            <th scope="col" className="right">{t("taste.ties")}</th>
            <th scope="col" className="right">{t("taste.share")}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((votes) => (
            <tr key={votes.rival}>
              <td className={votes.rival === "base" ? undefined : "number"}>{votes.rival === "base" ? t("taste.base") : votes.rival}</td>
              <td className="right number">
                {votes.wins} / {votes.wins + votes.losses}
              </td>
              <td className="right number">{votes.ties}</td>
              <td className="right number">{shareText(votes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shareText({ share }: Votes): string {
  if (share === null) return "–";
  const percent = (value: number) => Math.round(value * 100);
  return `${percent(share.value)} % (${percent(share.low)}–${percent(share.high)})`;
}
