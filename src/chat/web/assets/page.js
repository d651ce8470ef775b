// What the pages can do besides working: copy, print, narrow down a long list of answers, find the place in a large
// picture. All of it is extra, and the same for staff and for reviewers.

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    button.nextElementSibling.textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

const filter = document.querySelector('.filter');
if (filter) {
  filter.hidden = false;
  const input = filter.querySelector('input');
  const status = filter.querySelector('[role=status]');
  const answers = [...document.querySelectorAll('.options button:not(.unsure)')];
  const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  input.addEventListener('input', () => {
    const words = fold(input.value).split(/\s+/);
    for (const answer of answers)
      answer.hidden = !words.every((word) => fold(answer.innerText || answer.textContent).includes(word));
    status.textContent = answers.every((answer) => answer.hidden) ? status.dataset.none : '';
  });
}

const here = document.querySelector('[data-here]');
if (here) {
  const picture = here.closest('.picture');
  const [box, frame] = [here.getBoundingClientRect(), picture.getBoundingClientRect()];
  picture.scrollTo(box.x - frame.x - 24, box.y - frame.y - (frame.height - box.height) / 2);
}
