"""The CSV of the import comparison: touches and orders as a shop would export them."""

import random

CHANNELS = ["Meta Ads", "Google Ads", "TikTok Ads", "LinkedIn Ads", "E-mail", "Organic search", "Direct", "Referral"]
DEVICES = ["mobile", "desktop", "tablet"]
COUNTRIES = ["DE", "AT", "NL", "FR", "GB", "US"]

MAPPING = """\
row_key: "{event_id}"
currency: EUR
records:
  - record: touch
    when: {column: kind, is: touch}
    fields:
      recorded_at: occurred_at
      customer_key: customer
      channel: channel
      campaign_key: campaign
      interaction_type: interaction
      device: device
      country: country
  - record: order
    when: {column: kind, is: order}
    fields:
      recorded_at: occurred_at
      customer_key: customer
      order_id: order_id
      revenue: revenue
      device: device
      country: country
"""


def write(path, rows):
    """Writes so many events, the same in every run, one every seven seconds."""
    dice = random.Random(7)
    customers = max(1, rows // 8)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("event_id,occurred_at,kind,customer,channel,campaign,interaction,device,country,order_id,revenue\n")
        lines = []
        for number in range(rows):
            second = number * 7
            day, rest = divmod(second, 86_400)
            month, day = divmod(day, 28)
            year, month = 2024 + month // 12, month % 12 + 1
            at = f"{year}-{month:02}-{day + 1:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"
            draw = dice.getrandbits(32)
            customer, device, country = draw % customers, DEVICES[draw >> 8 & 1], COUNTRIES[draw >> 12 & 3]
            if draw % 33 == 0:
                cents = 2000 + (draw >> 5) % 28_000
                lines.append(f"e{number},{at},order,c{customer},,,,{device},{country},o{number},{cents // 100}.{cents % 100:02}\n")
            else:
                channel = draw >> 16 & 7
                lines.append(f"e{number},{at},touch,c{customer},{CHANNELS[channel]},k{(draw >> 16) % 200},click,{device},{country},,\n")
            if len(lines) == 100_000:
                file.writelines(lines)
                lines.clear()
        file.writelines(lines)
