import { Fragment, h, render } from "preact";
import { useEffect, useState } from "preact/hooks";

const { origin, fragment } = document.getElementById("app").dataset;

function Content({ html }) {
  return <section id="here" dangerouslySetInnerHTML={{ __html: html }} />;
}

function Widgets() {
  return (
    <Fragment>
      <iframe title="Pasted" class="pasted" src={`${origin}/embed/jsx`} />
      <img class="pasted" src={`${origin}/thumb.png`} alt="" />
      <p style={{ backgroundImage: `url(${origin}/thumb.png?style)`, color: "rgb(1, 2, 3)" }} id="styled">
        Styled
      </p>
    </Fragment>
  );
}

function App() {
  const [count, setCount] = useState(0);
  const [html, setHtml] = useState("");
  const [widgets, setWidgets] = useState(false);
  useEffect(() => {
    window.mounted = true;
  }, []);
  const load = async () => {
    const answer = await fetch(fragment);
    setHtml(await answer.text());
    setWidgets(true);
    fetch(`${origin}/hit`).catch(() => {});
  };
  return (
    <Fragment>
      <button id="count" onClick={() => setCount(count + 1)}>{count}</button>
      <button id="load" onClick={load}>Load</button>
      <ul>{Array.from({ length: count }, (_, at) => <li key={at}>Item {at}</li>)}</ul>
      {html && <Content html={html} />}
      {widgets && <Widgets />}
    </Fragment>
  );
}

render(<App />, document.getElementById("app"));
