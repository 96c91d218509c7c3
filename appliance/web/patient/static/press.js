// A touch counts when the finger leaves, however long it stayed: browsers give no click after a long press,
// and slow hands press long. Keyboard and screen reader come as a click without a pointer.
const SLIP = 24;

function isNear(element, event) {
  const box = element.getBoundingClientRect();
  return (
    event.clientX >= box.left - SLIP &&
    event.clientX <= box.right + SLIP &&
    event.clientY >= box.top - SLIP &&
    event.clientY <= box.bottom + SLIP
  );
}

export function onPress(button, act) {
  let finger = null;
  const release = () => {
    finger = null;
    button.classList.remove("pressed");
  };
  button.addEventListener("pointerdown", (event) => {
    if (finger !== null || event.button !== 0 || button.disabled) return;
    finger = event.pointerId;
    button.setPointerCapture(finger);
    button.classList.add("pressed");
  });
  button.addEventListener("pointerup", (event) => {
    if (event.pointerId !== finger) return;
    release();
    if (!button.disabled && !button.closest("[inert]") && isNear(button, event)) act();
  });
  button.addEventListener("pointercancel", release);
  // A touched key keeps no focus, so that Enter goes on meaning "confirm".
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    if (event.detail === 0 && !button.disabled) act();
  });
}

// A second tap must not land on the button that has just come under the finger.
const SETTLE = 400;

export function settle(element) {
  element.inert = true;
  return new Promise((done) => {
    setTimeout(() => {
      element.inert = false;
      done();
    }, SETTLE);
  });
}
