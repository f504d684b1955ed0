import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useId, useState } from "react";

import { ApiError } from "../api/client";
import { sessionQuery, signIn } from "../api/queries";
import { Logo } from "../features/shell/Logo";
import { Field } from "../forms/Field";
import { Button } from "../ui/Button";
import styles from "./Login.module.css";

type Attempt = { kind: "idle" } | { kind: "busy" } | { kind: "refused"; words: string };

function refusal(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return "E-mail and password do not belong together. Check both and try again.";
  return error instanceof Error ? error.message : "The server does not answer. Try again in a moment.";
}

export default function Login() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [attempt, setAttempt] = useState<Attempt>({ kind: "idle" });
  const client = useQueryClient();
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/login" });
  const problem = useId();

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setAttempt({ kind: "busy" });
    try {
      client.setQueryData(sessionQuery.queryKey, await signIn(email, password));
      await navigate({ to: next ?? "/" });
    } catch (error) {
      setAttempt({ kind: "refused", words: refusal(error) });
    }
  };
  const refused = attempt.kind === "refused";
  return (
    <main className={styles.page} id="main">
      <title>Sign in · Tributary</title>
      <svg viewBox="0 0 720 120" className={styles.streams} preserveAspectRatio="none" aria-hidden="true">
        <g fill="none" stroke="var(--accent-line)" strokeWidth="2">
          {[12, 28, 44, 60, 76, 92, 108].map((y, index) => <path key={y} d={`M0 ${y}C260 ${y} 300 ${50 + index * 3} 720 ${50 + index * 3}`} strokeDasharray={index % 2 ? "5 5" : undefined} vectorEffect="non-scaling-stroke" />)}
        </g>
      </svg>
      <form className={styles.card} onSubmit={(event) => void submit(event)}>
        <div className={styles.brand}><Logo size={28} /> Tributary</div>
        <h1>Sign in</h1>
        <Field label="E-mail" name="email" type="email" autoComplete="username" value={email} onChange={setEmail} isInvalid={refused} {...(refused ? { describedBy: problem } : {})} />
        <Field label="Password" name="password" type="password" autoComplete="current-password" value={password} onChange={setPassword} isInvalid={refused} {...(refused ? { describedBy: problem } : {})} />
        <div id={problem} className={styles.problem} role="alert">{refused ? attempt.words : null}</div>
        <Button type="submit" kind="primary" busy={attempt.kind === "busy"}>Sign in</Button>
      </form>
    </main>
  );
}
