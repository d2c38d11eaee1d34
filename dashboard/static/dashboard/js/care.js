// Who cares for a patient: read, changed and written with the tag of what was read, so that it runs over nobody else's change.

import { askWithTag } from "./data.js";

const TRIES = 2;

/** Whether somebody else was first. */
export const isMeanwhile = (error) => error.status === 412;

/** `change` makes the ids of the new clinicians of those that stand; it is tried anew where somebody was first. */
export async function changeCare(patientId, change) {
  const address = `patients/${patientId}/`;
  for (let tried = 1; ; tried += 1) {
    const { told, tag } = await askWithTag(address);
    const clinicians = [...new Set(change(told.clinicians))];
    try {
      return (await askWithTag(address, { method: "PATCH", body: { clinicians }, headers: { "If-Match": tag } })).told;
    } catch (error) {
      if (!isMeanwhile(error) || tried === TRIES) throw error;
    }
  }
}
