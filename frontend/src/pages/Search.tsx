import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { Empty, Waiting } from "../components/ui/Empty";
import { Hits } from "../components/item/Hits";
import { ProblemNote } from "../components/ui/ProblemNote";
import { twinName } from "../components/talk/TwinCard";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useSearch } from "../hooks/useSearch";
import { useTwin } from "../hooks/useTwins";
import { talkPath } from "../routes";
import styles from "./Search.module.css";

/** Finding places in a twin's library. */
export function Search() {
  const { slug = "" } = useParams();
  const { t, language } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const query = parameters.get("q")?.trim() ?? "";
  const [typed, setTyped] = useState(query);
  const twin = useTwin(slug);
  const found = useSearch(slug, query);
  const name = twin.data ? twinName(twin.data, language) : slug;
  usePageTitle(t("search.title", { name }));
  const hits = query === "" ? [] : (found.data?.hits ?? []);
  return (
    <div className="page narrow stack">
      <Link to={talkPath(slug)}>← {t("item.toTwin", { name })}</Link>
      <h1>{t("search.title", { name })}</h1>
      <form
        role="search"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          setParameters({ q: typed.trim() });
        }}
      >
        <TextInput
          size="md"
          type="search"
          aria-label={t("search.label")}
          placeholder={t("search.label")}
          maxLength={400}
          value={typed}
          data-testid="search-input"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button size="md" type="submit" disabled={typed.trim() === ""}>
          {t("search.submit")}
        </Button>
      </form>
      {query === "" && <p className="quiet">{t("search.hint")}</p>}
      {found.error && <ProblemNote problem={found.error} onRetry={() => void found.refetch()} />}
      {query !== "" && found.isPending && <Waiting />}
      {found.data && query !== "" && hits.length === 0 && <Empty title={t("search.none", { query })} />}
      {hits.length > 0 && (
        <div aria-busy={found.isPlaceholderData}>
          <p className="eyebrow" role="status">
            {t("search.results", { count: hits.length })}
          </p>
          <Hits hits={hits} twin={slug} />
        </div>
      )}
    </div>
  );
}
